"""The common part of XLSForm, read into a form."""
