package api

import (
	"encoding/json"
	"strconv"
	"time"
)

// A page has 80 rows of 30 fields. encoding/json looks each of them up by reflection, which cost a third of the page;
// here they are written one after another. TestRowsAreWrittenAsTheirTypesSay holds the two together.

// AppendJSON writes a page of cases.
func (p casePage) AppendJSON(b []byte) []byte {
	b = append(b, `{"cases":`...)
	b = appendRows(b, p.Cases)
	b = append(b, `,"next":`...)
	return append(appendText(b, p.Next), '}')
}

func appendRows(b []byte, rows []row) []byte {
	if rows == nil {
		return append(b, "null"...)
	}
	b = append(b, '[')
	for i := range rows {
		if i > 0 {
			b = append(b, ',')
		}
		b = rows[i].append(b)
	}
	return append(b, ']')
}

func (v *row) append(b []byte) []byte {
	b = appendText(append(b, `{"id":`...), v.ID)
	b = appendText(append(b, `,"number":`...), v.Number)
	b = appendText(append(b, `,"subject":`...), v.Subject)
	b = appendText(append(b, `,"status":`...), string(v.Status))
	b = appendText(append(b, `,"closed_by":`...), string(v.ClosedBy))
	b = appendText(append(b, `,"channel":`...), v.Channel)
	b = appendText(append(b, `,"preview":`...), v.Preview)
	b = appendText(append(b, `,"customer":{"id":`...), v.Customer.ID)
	b = appendText(append(b, `,"name":`...), v.Customer.Name)
	b = appendText(append(b, `,"email":`...), v.Customer.Email)
	b = v.Owner.append(append(b, `},"owner":`...))
	b = v.Department.append(append(b, `,"department":`...))
	b = v.Question.append(append(b, `,"question":`...))
	b = appendTime(append(b, `,"created_at":`...), &v.CreatedAt)
	b = appendTime(append(b, `,"updated_at":`...), &v.UpdatedAt)
	b = appendTime(append(b, `,"waiting_since":`...), v.WaitingSince)
	b = appendText(append(b, `,"waiting_on":`...), string(v.WaitingOn))
	b = appendTime(append(b, `,"answer_due":`...), v.AnswerDue)
	b = v.NextPromise.append(append(b, `,"next_promise":`...))
	b = appendTime(append(b, `,"snoozed_until":`...), v.SnoozedUntil)
	b = append(b, `,"tags":[`...)
	for i, tag := range v.Tags {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, tag)
	}
	b = strconv.AppendBool(append(b, `],"unread":`...), v.Unread)
	b = strconv.AppendBool(append(b, `,"dissatisfied":`...), v.Dissatisfied)
	b = strconv.AppendInt(append(b, `,"seq":`...), v.Seq, 10)
	return append(b, '}')
}

func (v *named) append(b []byte) []byte {
	if v == nil {
		return append(b, "null"...)
	}
	b = appendText(append(b, `{"id":`...), v.ID)
	return append(appendText(append(b, `,"name":`...), v.Name), '}')
}

func (v *questionView) append(b []byte) []byte {
	if v == nil {
		return append(b, "null"...)
	}
	b = appendText(append(b, `{"text":`...), v.Text)
	b = strconv.AppendBool(append(b, `,"confirmed":`...), v.Confirmed)
	b = appendTime(append(b, `,"asked_at":`...), v.AskedAt)
	return append(appendTime(append(b, `,"confirmed_at":`...), v.ConfirmedAt), '}')
}

func (v *duePromise) append(b []byte) []byte {
	if v == nil {
		return append(b, "null"...)
	}
	b = appendText(append(b, `{"id":`...), v.ID)
	b = appendText(append(b, `,"text":`...), v.Text)
	return append(appendTime(append(b, `,"due":`...), &v.Due), '}')
}

func appendTime(b []byte, t *time.Time) []byte {
	if t == nil {
		return append(b, "null"...)
	}
	b = t.AppendFormat(append(b, '"'), time.RFC3339Nano)
	return append(b, '"')
}

// appendText writes a text as encoding/json does, so that it is safe inside a page too. What needs more than a pair of
// quotes is left to encoding/json itself.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			return appendEscaped(b, s)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

func appendEscaped(b []byte, s string) []byte {
	made, err := json.Marshal(s)
	if err != nil { // a text can always be written
		return append(b, `""`...)
	}
	return append(b, made...)
}
