"""The pages of dashboards: the list, a dashboard, a panel, what other sites and kiosks show of them."""
