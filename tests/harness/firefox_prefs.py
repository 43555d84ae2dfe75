"""Preferences that make a stock Firefox behave as Tor Browser does, and talk to nobody on its own."""

from __future__ import annotations

from typing import Literal

Level = Literal["standard", "safer", "safest"]
Prefs = dict[str, bool | int | str]

_TOR_BROWSER: Prefs = {
    "network.dns.blockDotOnion": False,  # off only where a SOCKS proxy resolves, as here
    "network.proxy.socks_remote_dns": True,
    "network.proxy.socks5_remote_dns": True,  # its newer name
    "network.dns.disablePrefetch": True,
    "network.prefetch-next": False,
    "network.predictor.enabled": False,
    "network.http.speculative-parallel-limit": 0,
    "dom.securecontext.allowlist_onions": True,
    "dom.security.https_only_mode": True,
    "dom.security.https_only_mode.upgrade_onion": False,
    "privacy.resistFingerprinting": True,
    "privacy.spoof_english": 2,
    "privacy.firstparty.isolate": True,
    "browser.privatebrowsing.autostart": True,
    "dom.serviceWorkers.enabled": False,
    "media.peerconnection.enabled": False,
    "network.http.http3.enable": False,
    # what it says to http onions, said to the loopback too, which would otherwise count as https
    "network.http.accept-encoding.secure": "gzip, deflate",
}

_SAFER: Prefs = {
    "javascript.options.ion": False,
    "javascript.options.baselinejit": False,
    "javascript.options.native_regexp": False,
    "javascript.options.asmjs": False,
    "javascript.options.wasm": False,
    "mathml.disabled": True,
    "gfx.font_rendering.opentype_svg.enabled": False,
    "media.webaudio.enabled": False,
}

_SAFEST: Prefs = {
    **_SAFER,
    "javascript.enabled": False,
    "svg.disabled": True,
    "gfx.downloadable_fonts.enabled": False,
}

LEVELS: dict[Level, Prefs] = {
    "standard": {**_TOR_BROWSER, "javascript.options.wasm": True},
    "safer": {**_TOR_BROWSER, **_SAFER},
    "safest": {**_TOR_BROWSER, **_SAFEST},
}
"""Tor Browser's three security levels. There NoScript does a part of `safest`, here preferences do it all."""

_NOWHERE = "data:,"

QUIET: Prefs = {
    "app.normandy.enabled": False,
    "app.normandy.api_url": "",
    "app.shield.optoutstudies.enabled": False,
    "app.update.auto": False,
    "app.update.disabledForTesting": True,
    "app.update.enabled": False,
    "beacon.enabled": False,
    "browser.aboutHomeSnippets.updateUrl": _NOWHERE,
    "browser.contentblocking.report.lockwise.enabled": False,
    "browser.discovery.enabled": False,
    "browser.ml.enable": False,
    "browser.newtabpage.enabled": False,
    "browser.newtabpage.activity-stream.feeds.system.topstories": False,
    "browser.newtabpage.activity-stream.feeds.telemetry": False,
    "browser.newtabpage.activity-stream.telemetry": False,
    "browser.newtabpage.activity-stream.asrouter.userprefs.cfr.addons": False,
    "browser.newtabpage.activity-stream.asrouter.userprefs.cfr.features": False,
    "browser.newtabpage.activity-stream.showSponsored": False,
    "browser.newtabpage.activity-stream.showSponsoredTopSites": False,
    "browser.ping-centre.telemetry": False,
    "browser.region.network.url": "",
    "browser.region.update.enabled": False,
    "browser.safebrowsing.blockedURIs.enabled": False,
    "browser.safebrowsing.downloads.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.safebrowsing.provider.google.gethashURL": "",
    "browser.safebrowsing.provider.google.updateURL": "",
    "browser.safebrowsing.provider.google4.gethashURL": "",
    "browser.safebrowsing.provider.google4.updateURL": "",
    "browser.safebrowsing.provider.mozilla.gethashURL": "",
    "browser.safebrowsing.provider.mozilla.updateURL": "",
    "browser.search.geoSpecificDefaults": False,
    "browser.search.suggest.enabled": False,
    "browser.search.update": False,
    "browser.topsites.contile.enabled": False,
    "browser.translations.enable": False,
    "browser.uitour.enabled": False,
    "browser.urlbar.suggest.searches": False,
    "datareporting.healthreport.uploadEnabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "datareporting.usage.uploadEnabled": False,
    "dom.push.connection.enabled": False,
    "dom.push.enabled": False,
    "extensions.blocklist.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.getAddons.showPane": False,
    "extensions.systemAddon.update.enabled": False,
    "extensions.systemAddon.update.url": "",
    "extensions.update.enabled": False,
    "geo.enabled": False,
    "geo.provider.network.url": "",
    "identity.fxaccounts.enabled": False,
    "media.gmp-manager.url": _NOWHERE,
    "media.gmp-manager.updateEnabled": False,
    "media.gmp-provider.enabled": False,
    "messaging-system.rsexperimentloader.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.trr.mode": 5,
    "nimbus.rollouts.enabled": False,
    "security.OCSP.enabled": 0,
    "security.certerrors.mitm.priming.enabled": False,
    "security.remote_settings.crlite_filters.enabled": False,
    "security.remote_settings.intermediates.enabled": False,
    "services.settings.loglevel": "off",
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "signon.rememberSignons": False,
    "telemetry.fog.test.localhost_port": -1,
    "toolkit.coverage.endpoint.base": "",
    "toolkit.coverage.opt-out": True,
    "toolkit.telemetry.archive.enabled": False,
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.server": _NOWHERE,
    "toolkit.telemetry.unified": False,
}
"""Telemetry, updates, experiments, portals, lists: everything that a browser asks for on its own is off."""

_FOR_TESTS: Prefs = {
    "browser.aboutConfig.showWarning": False,
    "browser.aboutwelcome.enabled": False,
    # a PDF that was saved would open in a new tab, and take the keyboard from the page
    "browser.download.force_save_internally_handled_attachments": True,
    "browser.download.useDownloadDir": True,
    "browser.sessionstore.resume_from_crash": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage": "about:blank",
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "browser.tabs.warnOnClose": False,
    "datareporting.policy.dataSubmissionPolicyBypassNotification": True,
    "dom.disable_open_during_load": False,
    "dom.file.createInChild": True,  # or marionette cannot choose files
    "dom.ipc.processPrelaunch.enabled": False,
    "dom.ipc.reportProcessHangs": False,
    "dom.max_chrome_script_run_time": 0,
    "dom.max_script_run_time": 0,
    "focusmanager.testmode": True,
    "marionette.port": 0,  # any free one; it stands in the profile's MarionetteActivePort
    "remote.prefs.recommended": False,
    "termsofuse.bypassNotification": True,
    "toolkit.startup.max_resumed_crashes": -1,
    "trailhead.firstrun.didSeeAboutWelcome": True,
}


def preferences(level: Level, *, socks_port: int, letterboxing: bool, downloads: str) -> Prefs:
    """All of a profile's preferences; everything but the loopback goes to the SOCKS proxy at `socks_port`."""
    return {
        **QUIET,
        **_FOR_TESTS,
        **LEVELS[level],
        "privacy.resistFingerprinting.letterboxing": letterboxing,
        "browser.download.dir": downloads,
        "browser.download.folderList": 2,
        "network.proxy.type": 1,
        "network.proxy.socks": "127.0.0.1",
        "network.proxy.socks_port": socks_port,
        "network.proxy.socks_version": 5,
        "network.proxy.no_proxies_on": "",  # the loopback is exempt in any case
    }
