"""Invented people for a laptop: met at congresses and schools, by the real use cases."""

from datetime import date, datetime
from typing import Final

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.application.confirm_import import confirm_import
from services.prospection.application.load_known_missions import load_known_missions
from services.prospection.application.prepare_mission import PrepareMission, prepare_mission
from services.prospection.application.start_import import StartImport, start_import
from services.prospection.domain.mission import Mission, MissionKind
from shared.persistence.folding import fold

# Domains of RFC 2606 and numbers kept for fiction by ARCEP (06 39 98): nobody is written to.
_CIFEPK: Final = """Nom;Prénom;E-mail;Téléphone;Statut;École;Date de rencontre
MARTIN-DUBOIS;Inès;ines.martin-dubois@exemple.fr;06 39 98 00 12;Étudiante K4;IFMK d'Orléans;{day}
NGUYEN;Léo;leo.nguyen@exemple.fr;06 39 98 00 13;Étudiant K3;IFMK d'Orléans;{day}
GARNIER;Maëlle;maelle.garnier@exemple.fr;;Étudiante K4;IFMK de Tours;{day}
ROUSSEAU;Tom;tom.rousseau@exemple.fr;06 39 98 00 15;Étudiant K2;IFMK de Tours;{day}
BENALI;Yasmine;yasmine.benali@exemple.fr;06 39 98 00 16;Étudiante K4;IFMK de Bourges;{day}
LEFÈVRE;Hugo;hugo.lefevre@exemple.fr;;Étudiant K3;IFMK d'Orléans;{day}
MOREAU;Clara;clara.moreau@exemple.fr;06 39 98 00 18;Étudiante K4;IFMK de Tours;{day}
PETITJEAN;Noé;noe.petitjean@exemple.fr;06 39 98 00 19;Étudiant K4;IFMK de Bourges;{day}
DA SILVA;Inês;ines.dasilva@exemple.fr;;Étudiante K3;IFMK de Tours;{day}
BARBIER;Lucas;lucas.barbier@exemple.fr;06 39 98 00 21;Étudiant K4;IFMK d'Orléans;{day}
COLLET;Jeanne;;06 39 98 00 22;Étudiante K4;IFMK de Tours;{day}
FAURE;Adam;adam.faure@exemple.fr;06 39 98 00 23;Étudiant K2;IFMK de Bourges;{day}
"""
_CMGF: Final = """Nom;Prénom;E-mail;Téléphone;Statut;Ville;Date de rencontre
PETIT;Hugo;hugo.petit@exemple.fr;06 39 98 01 12;Interne;Tours;{day}
BERTHIER;Camille;camille.berthier@exemple.fr;06 39 98 01 13;Interne;Tours;{day}
OKAFOR;Grace;grace.okafor@exemple.fr;;Interne;Orléans;{day}
DE LA TOUR;Éléonore;eleonore.delatour@exemple.fr;06 39 98 01 15;Docteure junior;Tours;{day}
SCHMITT;Paul;paul.schmitt@exemple.fr;06 39 98 01 16;Interne;Paris;{day}
HADDAD;Nour;nour.haddad@exemple.fr;;Remplaçante;Blois;{day}
LEROY;Antoine;antoine.leroy@exemple.fr;06 39 98 01 18;Remplaçant;Vendôme;{day}
FONTAINE;Margaux;margaux.fontaine@exemple.fr;06 39 98 01 19;Interne;Tours;{day}
KOWALSKI;Anna;anna.kowalski@exemple.fr;;Médecin généraliste;Orléans;{day}
BRUNET;Théo;theo.brunet@exemple.fr;06 39 98 01 21;Interne;Tours;{day}
PICHON;Salomé;salome.pichon@exemple.fr;06 39 98 01 22;Docteure junior;Tours;{day}
TRAORÉ;Moussa;moussa.traore@exemple.fr;06 39 98 01 23;Remplaçant;Blois;{day}
GIRAUD;Élise;elise.giraud@exemple.fr;;Interne;Poitiers;{day}
MEUNIER;Arthur;arthur.meunier@exemple.fr;06 39 98 01 25;Interne;Tours;{day}
"""
_CAMPUS: Final = """Nom;Prénom;Courriel;Portable;Statut;Ville;Date de rencontre
RENARD;Lina;lina.renard@exemple.fr;06 39 98 02 12;Étudiante IFSI;Blois;{day}
CHEVALIER;Enzo;enzo.chevalier@exemple.fr;;Étudiant IFSI;Blois;{day}
GAUTHIER;Rose;rose.gauthier@exemple.fr;06 39 98 02 14;Étudiante IFSI;Vendôme;{day}
LAMBERT;Samuel;samuel.lambert@exemple.fr;06 39 98 02 15;Étudiant IFSI;Romorantin-Lanthenay;{day}
DIALLO;Aïssatou;aissatou.diallo@exemple.fr;;Étudiante IFSI;Blois;{day}
HUBERT;Mathis;mathis.hubert@exemple.fr;06 39 98 02 17;Étudiant IFSI;Vineuil;{day}
ROY;Agathe;agathe.roy@exemple.fr;06 39 98 02 18;Étudiante IFSI;Blois;{day}
MERCIER;Gabriel;gabriel.mercier@exemple.fr;;Étudiant IFSI;Mer;{day}
BLANC;Zoé;zoe.blanc@exemple.fr;06 39 98 02 20;Étudiante IFSI;Contres;{day}
LOPEZ;Maxime;maxime.lopez@exemple.fr;06 39 98 02 21;Étudiant IFSI;Blois;{day}
CARON;Louise;louise.caron@exemple.fr;;Étudiante IFSI;Montoire-sur-le-Loir;{day}
VIDAL;Romain;romain.vidal@exemple.fr;06 39 98 02 23;Étudiant IFSI;Blois;{day}
MARTIN;Inès;ines.martin@exemple.fr;06 39 98 02 24;Étudiante IFSI;Blois;{day}
NGUYEN;Léo;;06 39 98 02 25;Étudiant IFSI;Blois;{day}
"""
_DAYS: Final = (date(2026, 10, 9), date(2026, 3, 27), date(2026, 11, 5))

LISTS: Final = (
    (MissionKind.CONGRESS, "CIFEPK 2026", "Rennes", _DAYS[0], "etudiant", _CIFEPK),
    (
        MissionKind.CONGRESS,
        "Congrès de la médecine générale 2026",
        "Paris",
        _DAYS[1],
        "interne",
        _CMGF,
    ),
    (
        MissionKind.FACULTY,
        "Journée portes ouvertes du Campus Santé 41",
        "Blois",
        _DAYS[2],
        "etudiant",
        _CAMPUS,
    ),
)


async def fill_demo(session: AsyncSession, now: datetime) -> None:
    """Three missions and the people met there; does nothing the second time."""
    await load_known_missions(session, now=now)
    for kind, title, place, day, role, people in LISTS:
        known = await session.exec(
            select(Mission.id).where(Mission.kind == kind.value, Mission.title_key == fold(title))
        )
        if known.first() is not None:
            continue
        mission = await prepare_mission(
            session,
            PrepareMission(kind=kind, title=title, place=place, starts_on=day),
            now=now,
        )
        content = people.format(day=day.strftime("%d/%m/%Y")).encode("cp1252")
        batch = await start_import(
            session,
            StartImport(
                mission_id=mission.id,
                filename=f"contacts {title}.csv",
                content=content,
                default_role=role,
            ),
            now=now,
        )
        await confirm_import(session, batch.id, by=None, now=now)
