"""Pages that need no account."""

from knutpunkt.public.views.finder import finder
from knutpunkt.public.views.mandates import mandate, mandates
from knutpunkt.public.views.maps import basemap, basemap_drawn
from knutpunkt.public.views.network import network
from knutpunkt.public.views.office import office

__all__ = ["basemap", "basemap_drawn", "finder", "mandate", "mandates", "network", "office"]
