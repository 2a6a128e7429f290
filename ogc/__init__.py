"""OGC API Features over the kernel. It serves any layer and knows no domain."""
