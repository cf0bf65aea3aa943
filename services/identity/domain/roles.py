"""The roles an account may have, in the words of those who give them."""

ROLES: dict[str, tuple[str, str]] = {
    "prospection": ("Prospection", "Personnes, congrès, contacts et imports"),
    "evenements": ("Événements", "Soirées d’accueil, inscriptions, présentations de territoires"),
    "logement": ("Logement", "Demandes, offres, propositions et séjours"),
    "aides": ("Aides", "Dossiers d’aide et engagements"),
    "pilotage": ("Pilotage", "Tableaux de bord et plans d’action"),
    "direction": ("Direction", "Vue d’ensemble et décisions"),
    "guichet": ("Guichet", "Accueil et orientation des demandes"),
    "animation": ("Animation", "Animation du réseau et des territoires"),
    "elu": ("Mandat électif", "Espace réservé aux élus"),
    "partenaire": ("Partenaire", "Espace réservé aux organismes partenaires"),
    "dpo": ("Protection des données", "Droits des personnes et registre"),
    "admin": ("Administration", "Comptes et réglages ; donne accès à toutes les pages"),
}
"""Role, its name, what it opens (design §6)."""

ADMIN = "admin"


def known_roles(chosen: list[str]) -> list[str]:
    """Those of `chosen` that exist, each once, in the order of the list above."""
    return [role for role in ROLES if role in set(chosen)]
