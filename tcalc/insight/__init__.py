"""Values and graphs in, reports out: small immutable records that say what is so. No colours, no widths, no printing."""
