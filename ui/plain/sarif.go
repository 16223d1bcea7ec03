package plain

import (
	"cmp"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"godoctor/doctor/report"
	"godoctor/ui/text"
)

// A Rule is a check as SARIF and its viewers list it.
type Rule struct {
	ID       string // of the check
	Title    string // a short sentence
	Help     string // more words; may be empty
	Severity string // error, warning or note
}

// The parts of SARIF 2.1.0 (OASIS Standard, Static Analysis Results Interchange Format) that are used here; the sections
// beside them are those of the standard.
type (
	sarifLog struct { // 3.13
		Version string     `json:"version"`
		Schema  string     `json:"$schema"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct { // 3.14
		Tool        sarifTool                `json:"tool"`
		Automation  sarifAutomation          `json:"automationDetails"`
		Invocations []sarifInvocation        `json:"invocations"`
		Bases       map[string]sarifArtifact `json:"originalUriBaseIds,omitempty"`
		Results     []sarifResult            `json:"results"` // 3.14.23: an empty array says that nothing was found
	}
	sarifTool struct { // 3.18
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct { // 3.19
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct { // 3.49
		ID       string       `json:"id"`
		Short    sarifText    `json:"shortDescription"`
		Help     *sarifText   `json:"help,omitempty"`
		Defaults sarifDefault `json:"defaultConfiguration"`
	}
	sarifDefault struct { // 3.50
		Level string `json:"level"`
	}
	sarifText struct { // 3.11 and 3.12
		Text string `json:"text"`
	}
	sarifAutomation struct { // 3.17; the slash at its end says that no run is like another
		ID string `json:"id"`
	}
	sarifInvocation struct { // 3.20
		Successful    bool                `json:"executionSuccessful"`
		ExitCode      int                 `json:"exitCode"`
		Start         string              `json:"startTimeUtc,omitempty"`
		End           string              `json:"endTimeUtc,omitempty"`
		Notifications []sarifNotification `json:"toolExecutionNotifications"`
	}
	sarifNotification struct { // 3.58
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
	sarifResult struct { // 3.27
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Baseline     string            `json:"baselineState,omitempty"` // 3.27.24
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Fingerprints map[string]string `json:"partialFingerprints"`
		Properties   sarifProperties   `json:"properties"`
	}
	sarifLocation struct { // 3.28
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct { // 3.29
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct { // 3.4
		URI  string `json:"uri"`
		Base string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct { // 3.30
		StartLine int `json:"startLine"`
	}
	sarifLogical struct { // 3.33
		Name      string `json:"name"`
		Qualified string `json:"fullyQualifiedName"`
		Kind      string `json:"kind"`
	}
	sarifProperties struct { // 3.8: a bag of our own; the fields are those of the JSON contract
		Module    string            `json:"module"`
		Version   string            `json:"version"`
		Witnesses map[string]string `json:"witnesses"`
		Evidence  []report.Evidence `json:"evidence"`
		Files     []report.File     `json:"files"`
		FilesMore int               `json:"files_more"`
		Fix       []report.Fix      `json:"fix"`
		Docs      string            `json:"docs"`
	}
)

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	sarifRoot   = "SRCROOT" // the name of o.Root among the bases of addresses
	sarifTime   = "2006-01-02T15:04:05.000Z"
)

// SARIF writes findings as one SARIF 2.1.0 log with one run.
//
// A file below o.Root is given relative to it, with SRCROOT as its base, any other as a file: address; a finding that
// has neither file nor path has only the module version as its logical location. (GitHub's upload refuses a result
// without a physical location, so a check names a path whenever there is one.)
func SARIF(w io.Writer, d *report.Document, o Export) error {
	rules, index := sarifRules(d.Findings, o.Rules)
	run := sarifRun{
		Tool:        sarifTool{sarifDriver{Name: "godoctor", Version: text.Clean(d.Version), Rules: rules}},
		Automation:  sarifAutomation{"godoctor/" + d.Command + "/"},
		Invocations: []sarifInvocation{sarifInvocationOf(d)},
		Results:     make([]sarifResult, 0, len(d.Findings)),
	}
	if filepath.IsAbs(o.Root) {
		run.Bases = map[string]sarifArtifact{sarifRoot: {URI: strings.TrimSuffix(fileURI(o.Root), "/") + "/"}}
	}
	for i := range d.Findings {
		f := &d.Findings[i]
		run.Results = append(run.Results, sarifResult{
			RuleID: text.Clean(f.Check), RuleIndex: index[f.Check], Level: sarifLevel(f.Severity), Baseline: sarifBaseline(d, f),
			Message:   sarifMessage(strings.Join(message(f), "\n")),
			Locations: sarifLocations(&f.Target, o.Root), Fingerprints: map[string]string{"godoctor/v1": f.ID},
			Properties: sarifProperties{f.Target.Module, f.Target.Version, f.Witnesses, f.Evidence, f.Files, f.FilesMore, f.Fix, f.Docs},
		})
	}
	b, err := encode(sarifLog{Version: "2.1.0", Schema: sarifSchema, Runs: []sarifRun{run}}, "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

// sarifRules lists the checks, those of the table first, and says where each stands.
func sarifRules(list []report.Finding, table []Rule) ([]sarifRule, map[string]int) {
	rules, index := make([]sarifRule, 0, len(table)), make(map[string]int)
	add := func(r Rule) {
		if _, ok := index[r.ID]; ok {
			return
		}
		index[r.ID] = len(rules)
		rule := sarifRule{ID: text.Clean(r.ID), Short: sarifMessage(text.Clean(cmp.Or(r.Title, r.ID))), Defaults: sarifDefault{sarifLevel(r.Severity)}}
		if r.Help != "" {
			help := sarifMessage(strings.Join(mapLines(r.Help, text.Clean), "\n"))
			rule.Help = &help
		}
		rules = append(rules, rule)
	}
	for _, r := range table {
		add(r)
	}
	for i := range list {
		f := &list[i]
		add(Rule{ID: f.Check, Title: f.Title, Severity: f.Severity})
	}
	return rules, index
}

// sarifInvocationOf says how the run went and what it could not look at. Findings, and places that could not be read, do
// not make a run a failure (3.20.14); breaking off does.
func sarifInvocationOf(d *report.Document) sarifInvocation {
	in := sarifInvocation{Successful: slices.Contains([]int{0, 3, 4}, d.ExitCode), ExitCode: d.ExitCode, Notifications: []sarifNotification{}}
	if !d.Started.IsZero() {
		in.Start = d.Started.UTC().Format(sarifTime)
		in.End = d.Started.UTC().Add(time.Duration(d.DurationMS) * time.Millisecond).Format(sarifTime)
	}
	for _, p := range d.Problems {
		in.Notifications = append(in.Notifications, sarifNotification{"warning", sarifMessage(text.Clean(p.Subject + ": " + p.Message))})
	}
	for _, u := range d.Unreadable {
		in.Notifications = append(in.Notifications, sarifNotification{"warning", sarifMessage(text.Clean(u.Path + ": " + u.Error))})
	}
	return in
}

// sarifBaseline says how a result relates to the baseline, where one was given.
func sarifBaseline(d *report.Document, f *report.Finding) string {
	switch {
	case f.Baseline:
		return "unchanged"
	case d.Gone != nil:
		return "new"
	}
	return ""
}

// sarifLevel is a severity as a level (3.27.10).
func sarifLevel(severity string) string {
	switch severity {
	case "error", "warning":
		return severity
	}
	return "note"
}

// sarifEscapes keep words from being read as placeholders (3.11.5: a brace is doubled) and as embedded links (3.11.6: a
// link is [text](destination), and a viewer follows it; the escape is that of text.Clean).
var sarifEscapes = strings.NewReplacer("{", "{{", "}", "}}", "](", `]\x28`)

// sarifMessage makes a plain text message (3.11.3) of cleaned words. It may not be empty (3.11.8).
func sarifMessage(s string) sarifText { return sarifText{cmp.Or(sarifEscapes.Replace(s), "-")} }

// sarifLocations gives at most one location: file or path, and the module version.
func sarifLocations(t *report.Target, root string) []sarifLocation {
	var at sarifLocation
	if file := cmp.Or(t.File, t.Path); file != "" {
		at.Physical = &sarifPhysical{}
		if rel, ok := inside(root, file); ok {
			at.Physical.Artifact = sarifArtifact{relativeURI(rel), sarifRoot}
		} else {
			at.Physical.Artifact = sarifArtifact{URI: fileURI(file)}
		}
		if t.File != "" && t.Line > 0 {
			at.Physical.Region = &sarifRegion{t.Line}
		}
	}
	if t.Module != "" {
		name := text.Clean((&report.Target{Module: t.Module, Version: t.Version}).String())
		at.Logical = []sarifLogical{{name, name, "module"}}
	}
	if at.Physical == nil && at.Logical == nil {
		return []sarifLocation{}
	}
	return []sarifLocation{at}
}

// relativeURI escapes a path with slashes as a relative reference (RFC 3986; 3.4.3). A colon would read as the end of a
// scheme, and bytes that are no UTF-8 stay what they are.
func relativeURI(rel string) string {
	parts := strings.Split(rel, "/")
	for i, p := range parts {
		parts[i] = strings.ReplaceAll(url.PathEscape(p), ":", "%3A")
	}
	return strings.Join(parts, "/")
}

// fileURI is the file: address of an absolute path (RFC 8089). The drive of Windows keeps its colon; a share has its
// server as the host.
func fileURI(file string) string {
	abs := filepath.IsAbs(file)
	file = filepath.ToSlash(file)
	if !abs {
		return relativeURI(file)
	}
	drive := ""
	if onWindows {
		if len(file) > 1 && file[1] == ':' {
			drive, file = "/"+file[:2], file[2:]
		}
		if strings.HasPrefix(file, "//") {
			return "file:" + relativeURI(file)
		}
	}
	return "file://" + drive + relativeURI(file)
}
