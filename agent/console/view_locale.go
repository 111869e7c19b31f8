package console

import (
	"net/http"
	"slices"
	"time"

	"golang.org/x/text/language"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
)

// languageCookie keeps the language that was chosen with the switch.
const languageCookie = "keizoku_lang"

// localeOf chooses the language: ?lang=, else the one chosen before, else the browser's wish, else
// the plan's.
func localeOf(r *http.Request, fallback plan.Locale) plan.Locale {
	if lang := plan.Locale(r.URL.Query().Get("lang")); slices.Contains(messages.Locales[:], lang) {
		return lang
	}
	if kept, err := r.Cookie(languageCookie); err == nil && slices.Contains(messages.Locales[:], plan.Locale(kept.Value)) {
		return plan.Locale(kept.Value)
	}
	wishes, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil {
		return fallback
	}
	for _, wish := range wishes {
		base, _ := wish.Base()
		if l := plan.Locale(base.String()); slices.Contains(messages.Locales[:], l) {
			return l
		}
	}
	return fallback
}

// refreshHeader marks what a page's own script asks for, time and again, without anybody's doing.
const refreshHeader = "Keizoku-Refresh"

// keepLanguage remembers the language of the switch for the pages that follow. A page that stands
// open must not bring the other language back each time it is fetched.
func keepLanguage(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get(refreshHeader) != "" {
		return
	}
	if lang := plan.Locale(r.URL.Query().Get("lang")); slices.Contains(messages.Locales[:], lang) {
		http.SetCookie(w, &http.Cookie{
			Name: languageCookie, Value: string(lang), Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()),
			HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil,
		})
	}
}
