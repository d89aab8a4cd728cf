package api_test

import (
	"strings"
	"testing"

	"balie/domain/access"
	"balie/test/engine"
)

func TestWhatCannotBeUsedIsRefusedByName(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		k := asks(d.joris(), "Xena", "Een vraag")
		foreign := asks(d.stranger(), "Yvo", "Een andere vraag")
		foreignAgent := d.West.People[access.Agent]
		for _, c := range []struct {
			path, body, key string
			status          int
		}{
			{"/api/v1/cases", `{"text":"x","custommer":{}}`, "edge.field_unknown", 400},
			{"/api/v1/cases", `{"customer":{"name":7}}`, "edge.field_type", 400},
			{"/api/v1/cases", `{"customer":{"email":"a@b.example"},"text":"x"} {}`, "edge.json_unreadable", 400},
			{"/api/v1/cases", `[]`, "edge.not_an_object", 400},
			{"/api/v1/cases", `{"text":`, "edge.json_unreadable", 400},
			{"/api/v1/cases", `{"text":"x"}`, "party.address_missing", 400},
			{"/api/v1/cases", `{"customer":{"email":"geen adres"},"text":"x"}`, "api.email_unusable", 400},
			{"/api/v1/cases", `{"customer":{"email":"a@b.example"},"text":" "}`, "flow.text_missing", 400},
			{"/api/v1/cases", `{"customer":{"email":"a@b.example"},"text":"` + strings.Repeat("x", 200_001) + `"}`, "flow.text_long", 413},
			{"/api/v1/cases", `{"customer":{"email":"a@b.example"},"text":"x","subject":"` + strings.Repeat("x", 301) + `"}`, "api.field_long", 413},
			{"/api/v1/cases", `{"text":"` + strings.Repeat("x", 2<<20) + `"}`, "edge.body_large", 413},
			{k.path() + "/messages", `{"text":""}`, "flow.text_missing", 400},
			{k.path() + "/messages", `{"text":"x","files":["` + foreign.ID + `"]}`, "conversation.file_unknown", 400},
			{k.path() + "/messages", `{"text":"x","files":["../x"]}`, "api.field", 400},
			{k.path() + "/messages", `{"text":"x","client_id":"` + strings.Repeat("y", 201) + `"}`, "api.field", 400},
			{k.path() + "/notes", `{"text":"x","mentions":["` + idOf(foreignAgent) + `"]}`, "access.not_found", 404},
			{k.path() + "/owner", `{"agent":"` + idOf(foreignAgent) + `"}`, "access.not_found", 404},
			{k.path() + "/owner", `{"department":"12"}`, "org.not_found", 404},
			{k.path() + "/owner", `{"agent":"joris"}`, "api.field", 400},
			{k.path() + "/merge", `{"into":"` + foreign.ID + `"}`, "cases.unknown", 404},
			{k.path() + "/merge", `{"into":"` + k.ID + `"}`, "cases.merged_already", 409},
			{k.path() + "/promises", `{"text":"x"}`, "promise.due_missing", 400},
			{k.path() + "/promises", `{"text":"x","due":"morgen"}`, "api.moment", 400},
			{k.path() + "/promises", `{"text":"x","due":"2020-01-01T00:00:00Z"}`, "promise.due_in_the_past", 400},
			{k.path() + "/promises", `{"text":"x","due":"2026-01-01T00:00:00"}`, "api.moment", 400},
			{k.path() + "/promises/1/kept", ``, "promise.unknown", 404},
			{k.path() + "/promises/x/kept", ``, "access.not_found", 404},
			{k.path() + "/read-back", `{"question":" "}`, "intake.question_empty", 400},
			{k.path() + "/snooze", `{"until":"2020-01-01T00:00:00Z"}`, "cases.snooze_in_the_past", 400},
			{k.path() + "/tags", `{"add":[""]}`, "cases.tag_length", 400},
			{k.path() + "/tags", `{"add":"x"}`, "edge.field_type", 400},
			{"/api/v1/cases/0/notes", `{"text":"x"}`, "access.not_found", 404},
			{"/api/v1/cases/99999999999999999999/notes", `{"text":"x"}`, "access.not_found", 404},
			{"/api/v1/cases/1%27%20or%201=1/notes", `{"text":"x"}`, "access.not_found", 404},
			{"/api/v1/nothing", `{}`, "edge.route_unknown", 404},
		} {
			body := c.body
			if len(body) > 60 {
				body = body[:60] + "…"
			}
			a := d.joris().Post(c.path, c.body)
			if a.Status != c.status || a.Key() != c.key {
				t.Errorf("POST %s %s: %d %s, want %d %s", c.path, body, a.Status, a.Body, c.status, c.key)
			}
		}
		if logged := d.Logged.String(); strings.Contains(logged, "level=ERROR") {
			t.Error("a mistake of the sender was logged as one of ours")
		}
	})
}

func TestAnErrorSpeaksTheLanguageOfItsReader(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		var e struct {
			Error struct{ Kind, Key, Message string }
		}
		d.With("Accept-Language", "en").Get("/api/v1/me").Is(401).Into(&e)
		if e.Error.Kind != "sign_in" || !strings.Contains(strings.ToLower(e.Error.Message), "sign") {
			t.Errorf("in English: %+v", e.Error)
		}
		d.Get("/api/v1/me").Is(401).Into(&e)
		if !strings.Contains(e.Error.Message, "aan") {
			t.Errorf("in Dutch: %+v", e.Error)
		}
		d.joris().With("Accept-Language", "en").Post("/api/v1/cases", `{"nope":1}`).Is(400).Into(&e)
		if e.Error.Message != "Het veld nope bestaat hier niet." {
			t.Errorf("an agent's own language comes before that of the browser: %+v", e.Error)
		}
		if missing := d.Catalogue.Missing(); len(missing) > 0 {
			t.Errorf("keys without a text: %v", missing)
		}
	})
}

func TestAnotherSiteCannotUseTheCookie(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		k := asks(d.joris(), "Zoë", "Een vraag")
		own := d.With("Cookie", d.Edge.SessionCookie()+"="+d.East.People[access.Agent].Cookie)
		own.With("Sec-Fetch-Site", "cross-site").Post(k.path()+"/notes", map[string]any{"text": "x"}).Is(403)
		own.With("Origin", "https://kwaad.example").Post(k.path()+"/notes", map[string]any{"text": "x"}).Is(403)
		own.With("Origin", "https://kwaad.example").With("Content-Type", "text/plain").Post(k.path()+"/notes", `{"text":"x"}`).Is(403)
		own.With("Sec-Fetch-Site", "cross-site").Get("/api/v1/events").Is(403)
		own.With("Origin", "https://kwaad.example").Get("/api/v1/events").Is(403)
		own.With("Sec-Fetch-Site", "same-origin").Post(k.path()+"/notes", map[string]any{"text": "x"}).Is(201)
		own.With("Origin", d.URL()).Post(k.path()+"/notes", map[string]any{"text": "x"}).Is(201)
		d.joris().With("Origin", "https://programma.example").Post(k.path()+"/notes", map[string]any{"text": "x"}).Is(201)
		d.joris().With("Content-Type", "text/plain").Post(k.path()+"/notes", `{"text":"x"}`).Is(400)
		// Whoever shows a token means it: a wrong one is not made good by a cookie.
		own.As("wrong").Get("/api/v1/me").Is(401)
		own.With("Authorization", "Basic eDp5").Get("/api/v1/me").Is(401)
		// A token is no session, and a session no token.
		d.With("Cookie", d.Edge.SessionCookie()+"="+d.East.People[access.Agent].Token).Get("/api/v1/me").Is(401)
		d.As(d.East.People[access.Agent].Cookie).Get("/api/v1/me").Is(401)
	})
}

func TestSigningOutEndsTheSession(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		own := d.With("Cookie", d.Edge.SessionCookie()+"="+d.East.People[access.Agent].Cookie)
		own.Get("/api/v1/me").Is(200)
		a := own.Do("DELETE", "/api/v1/session", nil).Is(204)
		if c := a.Header.Get("Set-Cookie"); !strings.Contains(c, "Max-Age=0") || !strings.Contains(c, "HttpOnly") {
			t.Errorf("the cookie is taken back with %q", c)
		}
		own.Get("/api/v1/me").Is(401)
	})
}

func TestTheSameRequestAgainMakesOneCase(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		body := map[string]any{"customer": map[string]any{"email": "bo@klant.example"}, "text": "Eén keer", "client_id": "b-1"}
		var first, again, other kase
		d.joris().Post("/api/v1/cases", body).Is(201).Into(&first)
		d.joris().Post("/api/v1/cases", body).Is(200).Into(&again)
		delete(body, "client_id")
		d.joris().With("Idempotency-Key", "b-1").Post("/api/v1/cases", body).Is(200)
		d.joris().Post("/api/v1/cases", body).Is(201).Into(&other)
		if again.ID != first.ID || other.ID == first.ID {
			t.Errorf("first %s, again %s, other %s", first.ID, again.ID, other.ID)
		}
		d.stranger().With("Idempotency-Key", "b-1").Post("/api/v1/cases", body).Is(201)
	})
}
