// What the report's script uses of the charting libraries; everything else is left out.
export { axisX, dot, link, plot, pointer, pointerX, rect, rectY, ruleX, ruleY, text, tip } from "@observablehq/plot";
export { sankey, sankeyLeft } from "d3-sankey";
