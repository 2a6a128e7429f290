"""The symbols that the CNIG recommends for a PLU, by zone, by code of prescription and by geometry.

Facts (colours, widths, sizes, spacings, in points) of « Standard CNIG PLU, préconisations de symbologie »
(github.com/cnigfr/DDU-SG5-SYMBOLISATION, 2023-12-12, Licence Ouverte), as symbols of ``layers.styles``. Characters of
fonts that are not free are drawn as shapes and pictograms (``plui.styles.drawing``).
"""
