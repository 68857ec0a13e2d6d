#!/bin/sh
# Install the browser, and the font for Chinese, that the tests of pages use, where this may be done. Where it may not,
# say so: those tests are then skipped, and where CI or TOKENCHECK_REQUIRE_BROWSER is set they fail.
has_browser() {
    for program in chromium chromium-browser google-chrome google-chrome-stable; do
        if command -v "$program" >/dev/null 2>&1; then return 0; fi
    done
    return 1
}
has_font() { # where nobody can say which fonts there are, none is missed
    if command -v fc-list >/dev/null 2>&1; then [ -n "$(fc-list :lang=zh-cn family)" ]; fi
}
if has_browser && has_font; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    wanted=fonts-noto-cjk
    has_browser || wanted="$wanted chromium"
    echo "Installing $wanted for the tests of pages (once) …"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 # the names of packages are several words
    if { apt-get update -qq && apt-get install -qq -y --no-install-recommends $wanted; } >/dev/null 2>&1; then
        exit 0
    fi
fi
if has_browser; then
    missing="NO FONT FOR CHINESE: pages in Chinese are tested with boxes for signs"
else
    missing="NO BROWSER: pages are not tested in one"
fi
echo "tokencheck: $missing. Install both (on Debian: apt-get install chromium fonts-noto-cjk)." >&2
