"""What comes in of road works: the orders of Litteralis and of DiaLog, as sites on road sections."""
