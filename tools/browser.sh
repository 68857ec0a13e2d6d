#!/bin/sh
# Install the browser, and the font for Chinese, that the tests of pages use, where this may be done. Where it may not,
# say so: those tests are then skipped, and where CI or TOKENCHECK_REQUIRE_BROWSER is set they fail.
for program in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$program" >/dev/null 2>&1; then
        exit 0
    fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the tests of pages (once) …"
    export DEBIAN_FRONTEND=noninteractive
    if { apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium fonts-noto-cjk; } >/dev/null 2>&1; then
        exit 0
    fi
fi
cat >&2 <<'WORDS'
tokencheck: NO BROWSER: pages are not tested in one. Install it (on Debian: apt-get install chromium fonts-noto-cjk).
WORDS
