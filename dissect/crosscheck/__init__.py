"""Our decode beside tshark's, field by field."""
