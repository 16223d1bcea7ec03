package report

import (
	"godoctor/doctor/config"
	"godoctor/doctor/finding"
)

// A Check is one condition that check looks for.
type Check struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Severity string   `json:"severity"` // of the worst that it reports
	Cost     string   `json:"cost"`     // stat, read, walk, network or deep
	Subject  string   `json:"subject"`  // machine or project
	Covers   []string `json:"covers"`   // conditions of the catalogue
	Says     []string `json:"says"`     // texts of the go command that lead here; … stands for anything
	Why      string   `json:"why"`
	Look     string   `json:"look"`
	Do       string   `json:"do"`
	See      []string `json:"see"`
}

// A Condition is one way for a machine to be sick, and the checks that tell it.
type Condition struct {
	ID     string   `json:"id"`
	Title  string   `json:"title"`
	Checks []string `json:"checks"`
	Why    string   `json:"why"` // no check looks for it by itself: why; else empty
}

// A Recognised is a check whose text is in what go printed.
type Recognised struct {
	Check   string `json:"check"`
	Title   string `json:"title"`
	Pattern string `json:"pattern"` // that fits; empty: the check was looked for because of what the text names
	Found   bool   `json:"found"`   // its condition is there on this machine
	Looked  bool   `json:"looked"`  // it was looked for here
	WhyNot  string `json:"why_not"` // if it was not, in words
	Look    string `json:"look"`    // how one sees it by hand
}

// An Ignored is a finding that somebody lives with.
type Ignored struct {
	Finding
	Reason string `json:"reason"`
	Until  string `json:"until"` // the last day, as in 2027-01-31; empty: no end
	By     Path   `json:"by"`    // the file that says so
	ByB64  Path64 `json:"by_b64,omitzero"`
	ByLine int    `json:"by_line"`
}

// NewIgnored makes the shape of a finding that somebody lives with.
func NewIgnored(f *finding.Finding, by *config.Ignore) Ignored {
	out := Ignored{Finding: NewFinding(f), Reason: NoPassword(by.Reason), By: by.File, ByB64: path64(by.File), ByLine: by.Line}
	if !by.Until.IsZero() {
		out.Until = by.Until.AddDate(0, 0, -1).Format("2006-01-02")
	}
	return out
}

// A CheckSummary is the summary of check.
type CheckSummary struct {
	Checks      int   `json:"checks"`   // that ran
	Projects    int   `json:"projects"` // that were checked
	Errors      int   `json:"errors"`
	Warnings    int   `json:"warnings"`
	Notes       int   `json:"notes"`
	Ignored     int   `json:"ignored"`      // findings that somebody lives with, beside those
	Known       int   `json:"baseline"`     // of the findings, those that stand in the baseline
	Gone        int   `json:"gone"`         // findings of the baseline that are no more found
	BytesHashed int64 `json:"bytes_hashed"` // with --deep
	DurationMS  int64 `json:"duration_ms"`
}

// A Topic is a page of help that is about no command and no check.
type Topic struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Text  string `json:"text"` // paragraphs; lines that begin with white space stand as they are
}
