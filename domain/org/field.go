package org

import (
	"regexp"
	"slices"
)

// Field is what a saved reply leaves open, written {{customer.name}}, until it is put into an answer.
type Field string

// The fields.
const (
	CustomerName  Field = "customer.name"
	CustomerEmail Field = "customer.email"
	CaseNumber    Field = "case.number"
	CaseSubject   Field = "case.subject"
	CaseQuestion  Field = "case.question"
	AgentName     Field = "agent.name"
	OrgName       Field = "org.name"
	PromiseText   Field = "promise.text"
	PromiseDue    Field = "promise.due"
)

var fields = []Field{CustomerName, CustomerEmail, CaseNumber, CaseSubject, CaseQuestion, AgentName, OrgName, PromiseText, PromiseDue}

// Fields lists them, in the order in which they are explained.
func Fields() []Field { return slices.Clone(fields) }

var fieldForm = regexp.MustCompile(`\{\{\s*([a-z]+\.[a-z_]+)\s*\}\}`)

// Fill puts values where the fields stand. What is no field, or has no value, stays as it was typed, so that whoever
// sends it sees it; a value that looks like a field is not filled in again.
func Fill(text string, values map[Field]string) string {
	return fieldForm.ReplaceAllStringFunc(text, func(s string) string {
		if v, ok := values[Field(fieldForm.FindStringSubmatch(s)[1])]; ok {
			return v
		}
		return s
	})
}
