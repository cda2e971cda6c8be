"""The decoding engine: headers, fields, the cursor, the tree and the driver.  Knows no protocol."""
