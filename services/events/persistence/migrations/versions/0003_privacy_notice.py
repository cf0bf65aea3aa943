"""First version of the information notice of registrations."""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "events_0003"
down_revision = "events_0002"
branch_labels = None
depends_on = None

NOTICE = """## Qui est responsable de vos données
L’agence d’attractivité en santé du département, qui organise la soirée. Pour toute question, \
écrivez à l’adresse de contact indiquée sur la page de la soirée, en demandant que votre message \
soit remis à la personne déléguée à la protection des données.

## Ce que nous recueillons, et pourquoi
Votre prénom, votre nom, votre adresse e-mail et votre profil servent à tenir la liste des \
places, à vous envoyer la confirmation, les changements éventuels et le lien de gestion de votre \
inscription, et à compter les participations. Le numéro de téléphone est facultatif\u00a0: il ne \
sert qu’à vous joindre en cas de changement de dernière minute. Aucune donnée de santé n’est \
demandée\u00a0: n’en écrivez pas.

Si vous cochez la case facultative, et seulement dans ce cas, nous pourrons aussi vous écrire au \
sujet des prochaines soirées, des stages et de l’installation dans le département. Ne pas la \
cocher ne change rien à votre inscription.

## Sur quelle base
L’organisation de la soirée relève de la mission d’intérêt public de l’agence (article 6.1.e du \
RGPD). Les envois facultatifs reposent sur votre consentement (article 6.1.a), que vous pouvez \
retirer à tout moment, aussi simplement que vous l’avez donné.

## Qui les voit
Les personnes de l’agence chargées des soirées et de l’accompagnement des professionnels de \
santé. Les élus et les partenaires qui participent à la soirée ne reçoivent que des nombres. \
Rien n’est transmis hors de l’Union européenne, ni vendu, ni cédé.

## Combien de temps
Un an après la soirée, pour le suivi\u00a0; ensuite, seuls des nombres sont gardés. Si vous \
restez en contact avec l’agence, trois ans après votre dernier échange avec elle. La preuve d’un \
consentement est gardée cinq ans après son retrait.

## Vos droits
Vous pouvez demander à voir vos données, à les corriger, à les effacer, à en limiter l’usage, \
vous opposer à leur traitement et donner des consignes sur leur sort après votre décès. La \
réponse vous parvient en un mois au plus, sans frais. Vous pouvez aussi adresser une réclamation \
à la Commission nationale de l’informatique et des libertés (CNIL), 3\u00a0place de Fontenoy, \
TSA\u00a080715, 75334\u00a0Paris Cedex\u00a007.

## Ce qui est obligatoire
Le prénom, le nom, l’adresse e-mail et le profil sont nécessaires pour vous inscrire. Le reste \
est facultatif."""


def upgrade() -> None:
    """Store it; a change of the text is a new version, never an edit."""
    notice = sa.table(
        "privacy_notice",
        sa.column("version", sa.Integer),
        sa.column("effective_on", sa.Date),
        sa.column("body", sa.String),
    )
    op.bulk_insert(notice, [{"version": 1, "effective_on": date(2026, 11, 1), "body": NOTICE}])
