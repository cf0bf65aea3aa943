/* Small comforts over pages that already work: menu, search key, double click, focus on errors. */
(() => {
  "use strict";

  const navigation = document.getElementById("navigation");
  const opener = document.querySelector("[data-menu]");
  if (navigation && opener) {
    const show = (open) => {
      navigation.classList.toggle("ouvert", open);
      navigation.classList.toggle("ferme", !open);
      opener.setAttribute("aria-expanded", String(open));
      if (open) navigation.querySelector("a").focus();
      else opener.focus();
    };
    opener.setAttribute("role", "button");
    opener.setAttribute("aria-expanded", "false");
    opener.addEventListener("click", (event) => {
      event.preventDefault();
      show(!navigation.classList.contains("ouvert"));
    });
    opener.addEventListener("keydown", (event) => {
      if (event.key === " ") {
        event.preventDefault();
        opener.click();
      }
    });
    navigation.querySelector("[data-menu-fermer]").addEventListener("click", (event) => {
      event.preventDefault();
      show(false);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && navigation.classList.contains("ouvert")) show(false);
    });
  }

  const search = document.querySelector("[data-recherche]");
  if (search) {
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        search.focus();
        search.select();
      }
    });
    if (/Mac|iPhone|iPad/.test(navigator.userAgent)) {
      document.querySelector(".recherche-touche").textContent = "⌘\u00a0K";
    }
  }

  // The summary of errors is read first; the server kept everything that was typed.
  document.querySelector("[data-focus]")?.focus();

  // A second press while the first is on its way is ignored. The mark goes when the page is shown
  // again (back button), and after ten seconds in case the answer was a download.
  const release = (form) => {
    delete form.dataset.parti;
    form.querySelectorAll("[type=submit]").forEach((button) => button.removeAttribute("aria-disabled"));
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.parti) {
      event.preventDefault();
      return;
    }
    form.dataset.parti = "oui";
    form.querySelectorAll("[type=submit]").forEach((button) => button.setAttribute("aria-disabled", "true"));
    setTimeout(() => release(form), 10000);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-parti]").forEach(release));
})();
