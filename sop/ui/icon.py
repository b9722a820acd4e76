"""The page icon, drawn here so that no page fetches anything from elsewhere."""

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="5" fill="#0a5f94"/>'
    '<path d="M6 7h12M6 12h12M6 17h12" stroke="#fff" stroke-width="1.6" stroke-linecap="round"/>'
    '<circle cx="9" cy="7" r="2.2" fill="#e69f00"/><circle cx="15" cy="12" r="2.2" fill="#e69f00"/>'
    '<circle cx="11" cy="17" r="2.2" fill="#e69f00"/></svg>'
)
