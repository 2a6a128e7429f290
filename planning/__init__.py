"""What applies to a parcel, an address or any place: rules that name layers, computed by the rights of who reads."""
