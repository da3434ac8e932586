"""DRF's token authentication on the product's table, which holds digests instead of keys."""

from hashlib import sha256

from django.db.models import Q
from django.utils import timezone
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from bench.peers.drf.models import Token, User


class StoredTokenAuthentication(TokenAuthentication):
    """One statement: the token with its user."""

    def authenticate_credentials(self, key: str) -> tuple[User, Token]:
        unexpired = Q(expires_date=None) | Q(expires_date__gt=timezone.now())
        try:
            token = Token.objects.select_related("user").get(
                unexpired, digest=sha256(key.encode()).hexdigest(), revoked_date=None, user__is_active=True
            )
        except Token.DoesNotExist as error:
            raise AuthenticationFailed("Invalid token.") from error
        return token.user, token
