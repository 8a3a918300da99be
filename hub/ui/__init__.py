"""The only part of hub that knows Streamlit: the shell, the caches, the parts that pages share, the languages."""
