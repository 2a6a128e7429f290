"""What tiles cost: beside bare SQL and other tile servers, at the zooms where a layer is millions, and on writes."""
