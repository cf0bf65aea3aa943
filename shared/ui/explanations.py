"""Words of the error pages: what happened, what was kept, what to do."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """An error in the words of the person who meets it."""

    status: int
    title: str
    happened: str
    kept: str
    todo: str


_NOTHING_CHANGED = "Rien n’a été modifié."

_EXPLANATIONS = {
    400: Explanation(
        status=400,
        title="Cette demande n’a pas pu être lue",
        happened="Ce que le navigateur a envoyé est incomplet ou abîmé.",
        kept=_NOTHING_CHANGED,
        todo="Revenez en arrière, rechargez la page, puis recommencez.",
    ),
    401: Explanation(
        status=401,
        title="Connexion à refaire",
        happened="Votre accès n’est pas reconnu ou a expiré.",
        kept=_NOTHING_CHANGED,
        todo="Repartez de l’accueil et connectez-vous à nouveau.",
    ),
    403: Explanation(
        status=403,
        title="Cette page ne vous est pas ouverte",
        happened="Votre compte ne donne pas accès à cette page ou à cette action.",
        kept=_NOTHING_CHANGED,
        todo="Si vous en avez besoin pour votre travail, demandez l’accès à la personne qui "
        "administre Ancrage.",
    ),
    404: Explanation(
        status=404,
        title="Cette page n’existe pas",
        happened="L’adresse est incomplète, ou ce qu’elle montrait a été déplacé ou retiré.",
        kept=_NOTHING_CHANGED,
        todo="Vérifiez l’adresse, ou repartez de l’accueil.",
    ),
    405: Explanation(
        status=405,
        title="Cette adresse ne s’ouvre pas ainsi",
        happened="Elle reçoit un formulaire, ou montre une page, mais pas les deux.",
        kept=_NOTHING_CHANGED,
        todo="Repartez de l’accueil, ou de la page où se trouve le bouton.",
    ),
    409: Explanation(
        status=409,
        title="Cette action n’est plus possible",
        happened="La situation a changé depuis que la page a été affichée.",
        kept="Ce qui était déjà enregistré est inchangé.",
        todo="Revenez à la page précédente et rechargez-la pour voir où en sont les choses.",
    ),
    410: Explanation(
        status=410,
        title="Ce lien n’est plus valable",
        happened="Son délai est dépassé, ou un lien plus récent l’a remplacé.",
        kept="Ce qui était déjà enregistré est inchangé.",
        todo="Ouvrez le lien du dernier message reçu, ou demandez-en un nouveau.",
    ),
    413: Explanation(
        status=413,
        title="Cet envoi est trop volumineux",
        happened="Le fichier ou le texte envoyé dépasse la taille acceptée.",
        kept=_NOTHING_CHANGED,
        todo="Revenez en arrière, réduisez ce que vous envoyez, puis recommencez.",
    ),
    422: Explanation(
        status=422,
        title="Une information est à corriger",
        happened="Une réponse manque ou n’a pas la forme attendue.",
        kept="Rien n’a été enregistré. Ce que vous avez saisi est encore dans la page précédente.",
        todo="Revenez en arrière, corrigez, puis renvoyez.",
    ),
    429: Explanation(
        status=429,
        title="Trop de demandes en peu de temps",
        happened="Beaucoup de demandes sont arrivées de votre connexion.",
        kept="Ce qui était déjà enregistré est inchangé.",
        todo="Attendez une minute, puis recommencez.",
    ),
    500: Explanation(
        status=500,
        title="Un incident de notre côté",
        happened="Ancrage n’a pas pu terminer ce que vous avez demandé. Vous n’y êtes pour rien.",
        kept="Ce qui était enregistré avant l’est toujours ; cette dernière action ne l’est pas.",
        todo="Recommencez dans un instant. Si cela se répète, prévenez la personne qui administre "
        "Ancrage en indiquant l’heure.",
    ),
    503: Explanation(
        status=503,
        title="Ancrage est momentanément indisponible",
        happened="Une partie de la plateforme redémarre ou ne répond pas encore.",
        kept="Ce qui était enregistré l’est toujours.",
        todo="Réessayez dans une minute : la page fonctionnera de nouveau d’elle-même.",
    ),
}


def explain(status: int, happened: str | None = None) -> Explanation:
    """The explanation of an HTTP status, with the precise reason when one is known."""
    known = _EXPLANATIONS.get(status) or _EXPLANATIONS[500 if status >= 500 else 404]
    return replace(known, status=status, happened=happened or known.happened)
