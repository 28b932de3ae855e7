"""Headers of every answer that neither Django nor django-csp sets."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]

# What no page here asks of a device. A passkey (publickey-credentials-*) stays allowed to the site itself.
REFUSED_FEATURES = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
    "xr-spatial-tracking",
)
OK = 200
POSITION = "geolocation"
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in REFUSED_FEATURES)
# The crew's page measures, on the phone, whether it is at the home; what leaves it is yes, no or not measured.
WITH_POSITION = PERMISSIONS_POLICY.replace(f"{POSITION}=()", f"{POSITION}=(self)")


def set_headers(get_response: Handler) -> Handler:
    """Middleware: refuse the device's features, and keep the site out of search engines and other sites' pages."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        view = request.resolver_match.func if request.resolver_match else None
        # A page that is refused is, to the letter, one that does not exist.
        may_ask = getattr(view, "asks_position", False) and response.status_code == OK
        response["Permissions-Policy"] = WITH_POSITION if may_ask else PERMISSIONS_POLICY
        # Another site open in the same browser may not load anything from here, whatever its type.
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answer
