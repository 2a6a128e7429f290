"""The rules of the sheet « Ce qui s’applique ici », edited by administrators."""
