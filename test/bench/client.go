package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// newClient keeps so many connections open.
func newClient(connections int) *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections, DisableCompression: true}}
}

// ask sends a request with the token and reads the whole answer.
func (p *program) ask(c *http.Client, token, method, path string, body []byte) ([]byte, error) {
	req, err := http.NewRequest(method, p.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode/100 != 2 {
		err = fmt.Errorf("%s %s answers %d: %s", method, path, resp.StatusCode, answer)
	}
	return answer, err
}

func (p *program) get(c *http.Client, token, path string, into any) error {
	answer, err := p.ask(c, token, http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	return decode(answer, into)
}

// create makes a case by the API.
func (p *program) create(c *http.Client, token, word string) error {
	body := `{"customer":{"name":"Sanne de Vries","email":"` + word + `@post.example"},"subject":"Rekening klopt niet sinds de verhuizing",` +
		`"text":"` + strings.ReplaceAll(question, "\n", `\n`) + `\n\nKenmerk ` + word + `"}`
	_, err := p.ask(c, token, http.MethodPost, "/api/v1/cases", []byte(body))
	return err
}
