"""The first story in a real browser: on a desktop and on a phone, the student without scripts."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from tests.journeys.browser import KEEPING, WIDTHS, Window, launch, saved, sign_in, window
from tests.journeys.conftest import Platform
from tests.journeys.story import link_in, surname

pytestmark = [pytest.mark.platform, pytest.mark.browser, pytest.mark.timeout(150)]


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    """The browser of these tests."""
    async with async_playwright() as playwright:
        started = await launch(playwright)
        yield started
        await started.close()


class Story:
    """One student, one agent, and what they do in turn."""

    def __init__(self, platform: Platform, staff: Window, student: Window) -> None:
        self.platform, self.staff, self.student = platform, staff, student
        # The pictures of the guides deserve a name one can read.
        pictured = {"bureau": "Delorme", "telephone": "Lacour"}[staff.width]
        self.last_name = pictured if KEEPING else surname("Fictive")
        self.email = f"ines.{self.last_name}@exemple.fr".lower()
        self.title = f"Soirée d’accueil, groupe {self.last_name}"

    def letter(self, about: str) -> str:
        """The text of a letter to the student."""
        text = self.platform.mail_to(self.email, about).text
        assert text is not None
        return text

    async def import_contacts(self, folder: Path) -> None:
        """Bring the list of a congress back: dry run, then confirmation."""
        lines = [
            "Contacts du stand;;;",
            ";;;",
            "NOM;Prénom;Mail;Portable",
            f"{self.last_name.upper()};Inès;{self.email};06 39 98 00 12",
            f"{self.last_name.upper()};Inès;{self.email};+33 6 39 98 00 12",
            f"Sansnom;;rien-{self.last_name}@exemple.fr;",
            "Total;3;;",
        ]
        file = saved(folder, "contacts.csv", "\r\n".join(lines).encode("cp1252"))
        await self.staff.go("/prospection/missions")
        await self.staff.page.get_by_role("link", name=re.compile("CIFEPK")).first.click()
        await self.staff.page.set_input_files("[name=file]", str(file))
        await self.staff.press("Vérifier ce fichier")
        assert await self.staff.sees("1 personne créée")
        assert await self.staff.sees("2 lignes sont refusées")
        await self.staff.keep("02-import-verification")
        await self.staff.press("Confirmer l’import")
        await self.staff.page.get_by_text("Personnes créées").wait_for()
        await self.staff.keep("03-import-resultat")

    async def publish_evening(self) -> str:
        """Plan the soirée at Vendôme with a zoom, and publish it; returns its public address."""
        await self.staff.go("/events/agence/soirees/nouvelle")
        await self.staff.fill(
            title=self.title,
            day="2027-05-20",
            starts="19:00",
            ends="22:00",
            place="Salle des fêtes",
            commune="Vendôme",
            capacity="60",
        )
        await self.staff.press("Enregistrer")
        await (
            self.staff.page.locator("details", has_text="Ajouter un zoom")
            .locator("summary")
            .click()
        )
        await self.staff.fill(
            commune="Mondoubleau",
            first_name="Maud",
            last_name="Fictive",
            function="Maire",
            email="mairie@exemple.fr",
            starts="19:30",
            minutes="20",
        )
        await self.staff.press("Ajouter au programme")
        await self.staff.press("Publier la soirée")
        await self.staff.keep("04-soiree-publiee")
        address = await self.staff.page.get_by_role(
            "link", name="Voir la page publique"
        ).get_attribute("href")
        assert address is not None
        return address

    async def register(self, address: str) -> None:
        """Fill the form, correct a mistake, check, send."""
        student = self.student
        await student.go(address)
        await student.keep("05-inscription")
        await student.fill(first_name="Inès", last_name=self.last_name, email="pas-une-adresse")
        await student.page.get_by_label("Interne en médecine").check()
        await student.press("Vérifier mes réponses")
        assert await student.sees("n’est pas valable")
        assert await student.page.locator("[name=first_name]").input_value() == "Inès"
        await student.keep("06-inscription-erreur")
        await student.fill(email=self.email)
        await student.press("Vérifier mes réponses")
        await student.keep("07-inscription-verification")
        await student.page.get_by_role("button", name="Envoyer mon inscription").dblclick()
        await student.page.wait_for_url("**/merci")
        await student.keep("08-inscription-faite")

    async def send_again_by_the_back_button(self) -> None:
        """Go back to the answers and send them again: nothing more happens."""
        await self.student.page.go_back()
        await self.student.press("Envoyer mon inscription")
        await self.student.page.wait_for_url("**/merci")

    async def ask_for_a_room(self) -> None:
        """Ask for a room on the public pages."""
        student = self.student
        await student.go("/logement/")
        await student.press("Demander un logement")
        await student.fill(
            first_name="Inès",
            last_name=self.last_name,
            email=self.email,
            placement_commune="Vendôme",
            starts_on="2027-05-03",
            ends_on="2027-10-31",
            budget="450",
            household_size="1",
        )
        await student.page.get_by_label("Non", exact=True).check()
        await student.press("Vérifier mes réponses")
        await student.keep("10-logement-verification")
        await student.page.locator("main form button").first.click()
        await student.page.wait_for_url("**/merci")
        await student.keep("11-logement-demande")

    async def propose_the_best(self) -> None:
        """Open the request and propose the first offer of the ranking."""
        self.letter("Votre demande de logement")
        await self.staff.go("/logement/demandes")
        await self.staff.page.get_by_role("link", name=re.compile(self.last_name)).first.click()
        await self.staff.page.get_by_role("button", name="Proposer ce logement").first.wait_for()
        await self.staff.keep("12-logement-offres-classees")
        await self.staff.press("Proposer ce logement")
        await self.staff.keep("13-logement-propose")

    async def accept(self) -> str:
        """Accept by the link of the letter, twice; returns the link."""
        link = link_in(self.letter("proposé"), "/logement/proposition")
        await self.student.go(link)
        await self.student.keep("14-proposition")
        await self.student.press("Accepter ce logement")
        assert await self.student.sees("est à vous")
        return link

    async def open_person(self) -> None:
        """Open the student's page, found by the search box."""
        await self.staff.go(f"/prospection/personnes?q={self.last_name}")
        rows = self.staff.page.locator("main tbody a[href^='/prospection/personnes/']")
        address = await rows.first.get_attribute("href")
        assert address is not None
        await self.staff.go(address)

    async def timeline_shows(self, words: str) -> None:
        """Wait until the timeline of the person says these words."""
        await self.open_person()
        for _ in range(40):
            if await self.staff.page.get_by_text(words).count():
                return
            await self.staff.page.wait_for_timeout(100)
            await self.staff.page.reload()
        raise AssertionError(f"{words!r} is not in the timeline")


@pytest.mark.parametrize("width", WIDTHS)
async def test_from_the_congress_to_the_keys(
    platform: Platform, browser: Browser, tmp_path: Path, width: str
) -> None:
    async with (
        window(browser, platform.base_url, width) as staff,
        window(browser, platform.base_url, width, scripts=False) as student,
    ):
        story = Story(platform, staff, student)
        await sign_in(staff)
        await staff.keep("01-accueil")
        await story.import_contacts(tmp_path)
        address = await story.publish_evening()
        await story.register(address)
        manage = link_in(story.letter("confirmée"), "/events/inscription")
        await story.send_again_by_the_back_button()
        await story.timeline_shows(story.title)
        await story.ask_for_a_room()
        await story.propose_the_best()
        accepted = await story.accept()
        story.letter("réservé")
        await story.timeline_shows("E-mail envoyé")
        await staff.keep("15-fil-de-la-personne")
        await staff.press("Voir l’origine")
        assert await staff.sees("Fait")
        await staff.keep("16-enchainement")
        await student.go(accepted)
        assert await student.sees("est à vous")
        await student.go(manage)
        await student.keep("09-gerer-mon-inscription")
        await student.press("Annuler mon inscription")
        assert await student.sees("annulée")
        await student.go(manage)
        assert await student.sees("annulée")
        assert staff.elsewhere + student.elsewhere == []
        assert staff.complaints + student.complaints == []


async def test_a_file_that_is_no_workbook_is_refused_in_a_sentence(
    platform: Platform, browser: Browser, tmp_path: Path
) -> None:
    async with window(browser, platform.base_url, "bureau") as staff:
        await sign_in(staff)
        await staff.go("/prospection/missions")
        await staff.page.get_by_role("link", name=re.compile("CIFEPK")).first.click()
        file = saved(tmp_path, "contacts.xlsx", b"%PDF-1.7 not a workbook at all")
        await staff.page.set_input_files("[name=file]", str(file))
        await staff.press("Vérifier ce fichier")
        assert await staff.page.locator(
            ".form-error, .alert, [role=alert], .invalid-feedback"
        ).count()


async def test_signing_out_closes_every_service(platform: Platform, browser: Browser) -> None:
    async with window(browser, platform.base_url, "bureau") as staff:
        await sign_in(staff)
        await staff.go("/logement/demandes")
        await staff.press("Se déconnecter")
        await staff.go("/logement/demandes")
        assert "/identity/connexion" in staff.page.url
