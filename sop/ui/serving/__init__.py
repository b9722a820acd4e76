"""How the app is served: Streamlit's own server, its unchanging files handed out quickly, and a head start."""
