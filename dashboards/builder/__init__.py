"""The page where a dashboard is made: its panels arranged, its draft kept, what helps to choose."""
