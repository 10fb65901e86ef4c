"""Django's settings: what the firm gives is read through environment.py, and from nowhere else in the product.

`MUNIMENT_HOME` and `MUNIMENT_KEYS` name the archive, `DATABASE_URL` its PostgreSQL database, if it has one.
`MUNIMENT_URL` is the address under which people reach the pages, `MUNIMENT_HOOKS_URL` the one under which platforms deliver.
"""

from pathlib import Path
from urllib.parse import urlsplit

from muniment.site import logs
from muniment.site.environment import address, hour, minutes, networks, secret, signing_key, text
from muniment.site.version import version
from muniment.site.words import LANGUAGES as NAMES
from muniment.vault.home import Home, server_of
from muniment.vault.location import django_settings

SITE = Path(__file__).parent
HOME = Path(text("MUNIMENT_HOME", "muniment-home")).expanduser().absolute()
KEYS = Path(text("MUNIMENT_KEYS") or HOME.with_name(HOME.name + ".keys")).expanduser().absolute()
VERSION = version()
URL = address("MUNIMENT_URL", "http://localhost:8000")
HOOKS_URL = address("MUNIMENT_HOOKS_URL", URL)
_url = urlsplit(URL)
TLS = _url.scheme == "https"

DEBUG = False
SECRET_KEY = signing_key(KEYS)
ALLOWED_HOSTS = [str(_url.hostname)] if TLS else [str(_url.hostname), "127.0.0.1", "localhost", "[::1]"]
# Deliveries are taken under both names: a program of the firm's own stands within, a platform outside.
DELIVERY_HOSTS = [*ALLOWED_HOSTS, str(urlsplit(HOOKS_URL).hostname)]
CSRF_TRUSTED_ORIGINS = [URL]
CSRF_FAILURE_VIEW = "muniment.site.errors.forbidden"

# ── Databases: the desk's own state, and the catalog, which can be made again ────────────────────────────────────────

_archive = Home(HOME, KEYS, "", server_of(KEYS))  # where they lie; desk/schema.py points elsewhere where it must
DATABASES = {"default": django_settings(_archive.desk), "catalog": django_settings(_archive.catalog)}
DATABASE_ROUTERS = ["muniment.desk.router.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "muniment.desk.people",  # its pages of signing in come before the library's
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "muniment.desk",
    "muniment.desk.catalog",
    "muniment.desk.audit",
    "muniment.desk.archive",
    "muniment.desk.register",
    "muniment.desk.channels",
    "muniment.desk.imports",
    "muniment.desk.productions",
    "muniment.desk.dashboard",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "muniment.site.middleware.Names",
    "muniment.site.middleware.Deliveries",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "muniment.site.middleware.Headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "muniment.desk.people.signin.limits.Limits",
    "muniment.site.middleware.Reader",
    "muniment.site.middleware.Refusals",
]

ROOT_URLCONF = "muniment.site.urls"
WSGI_APPLICATION = "muniment.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SITE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "muniment.site.context.page",
            ],
            "builtins": ["muniment.desk.templatetags.muniment", "django.templatetags.i18n"],
        },
    },
]

# ── Signing in ───────────────────────────────────────────────────────────────────────────────────────────────────────

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "name"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "muniment.desk.people.signin.adapters.AccountAdapter"
ACCOUNT_RATE_LIMITS = False  # our own do not shut the owner out (desk/people/signin/throttle.py)
ACCOUNT_SESSION_REMEMBER = True  # for as long as the absolute limit
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_FORMS = {
    "login": "muniment.desk.people.signin.forms.LoginForm",
    "reauthenticate": "muniment.desk.people.signin.forms.ReauthenticateForm",
    "change_password": "muniment.desk.people.signin.forms.ChangePasswordForm",
}
MFA_ADAPTER = "muniment.desk.people.signin.adapters.MFAAdapter"
MFA_RATE_LIMITS = False
MFA_FORMS = {
    "authenticate": "muniment.desk.people.signin.forms.AuthenticateForm",
    "reauthenticate": "muniment.desk.people.signin.forms.ReauthenticateCodeForm",
    "activate_totp": "muniment.desk.people.signin.forms.ActivateTOTPForm",
    "add_webauthn": "muniment.desk.people.signin.forms.AddPasskeyForm",
    "login_webauthn": "muniment.desk.people.signin.forms.LoginPasskeyForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True  # no mail is sent; an administrator says who somebody is
MFA_RECOVERY_CODES_SHOW_ONCE = True
SOCIALACCOUNT_ADAPTER = "muniment.desk.people.signin.adapters.SocialAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_ONLY = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Muniment"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not TLS
PROXIES = networks("MUNIMENT_PROXY")
DEVICE_COOKIE_NAME = "__Host-muniment-device" if TLS else "muniment-device"

# ── Engines that guess text from pictures and speech; none unless it is named ────────────────────────────────────────

OCR_ENGINE, OCR_MODEL = text("MUNIMENT_OCR"), text("MUNIMENT_OCR_MODEL")
STT_ENGINE, STT_MODEL = text("MUNIMENT_STT"), text("MUNIMENT_STT_MODEL")

# ── The hour of the firm's day at which the worker checks the whole archive; never by itself unless it is given ──────

VERIFY_HOUR = hour("MUNIMENT_VERIFY_HOUR")

IDLE_SECONDS = minutes("MUNIMENT_IDLE_MINUTES", 15) * 60
ABSOLUTE_SECONDS = minutes("MUNIMENT_SESSION_MINUTES", 480) * 60
SESSION_COOKIE_NAME = "__Host-muniment" if TLS else "muniment"
SESSION_COOKIE_AGE = ABSOLUTE_SECONDS
SESSION_COOKIE_HTTPONLY = True
# A sign-in that comes back from an identity provider arrives by a link from another site.
SESSION_COOKIE_SAMESITE = "Lax" if text("MUNIMENT_OIDC_ISSUER") else "Strict"
SESSION_COOKIE_SECURE = TLS
CSRF_COOKIE_NAME = "__Host-muniment-csrf" if TLS else "muniment-csrf"
CSRF_COOKIE_SECURE = TLS
CSRF_COOKIE_SAMESITE = "Strict"
LANGUAGE_COOKIE_NAME = "muniment-language"

if _issuer := text("MUNIMENT_OIDC_ISSUER"):
    # Code alone, and much of it: its tables are the library's, there in any case.
    INSTALLED_APPS += ["allauth.socialaccount.providers.openid_connect"]
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "firm",
                    "name": text("MUNIMENT_OIDC_NAME", "OpenID Connect"),
                    "client_id": text("MUNIMENT_OIDC_CLIENT_ID"),
                    "secret": secret("MUNIMENT_OIDC_CLIENT_SECRET"),
                    "settings": {"server_url": _issuer, "oauth_pkce_enabled": True},
                }
            ]
        }
    }

# One-time codes that were used are remembered here, so that no other process takes them again.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

# ── Jobs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LOGGING = logs.LOGGING

# ── Files that come with the product, languages, the rest ────────────────────────────────────────────────────────────

STATIC_URL = "/static/"
STATICFILES_DIRS = [SITE / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_IMMUTABLE_FILE_TEST = "^/static/"  # every page names them with a fingerprint
STORAGES = {"staticfiles": {"BACKEND": "muniment.site.fingerprints.Fingerprinted"}}

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = list(NAMES.items())
LOCALE_PATHS = [SITE / "locale"]

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
X_FRAME_OPTIONS = "DENY"
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
SILENCED_SYSTEM_CHECKS: list[str] = []
