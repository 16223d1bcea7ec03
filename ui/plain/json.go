package plain

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"godoctor/doctor/report"
)

// JSON writes one document, indented, with a newline at the end.
func JSON(w io.Writer, d *report.Document) error {
	b, err := encode(d, "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

// Lines writes a document as JSON lines: an object that starts, one for each store, module and so on, and
// one with the summary. Each has an "event".
func Lines(w io.Writer, d *report.Document) error {
	l := lines{w: w}
	l.put("start", map[string]any{"schema": d.Schema, "command": d.Command, "version": d.Version,
		"started": d.Started, "host": d.Host})
	puts(&l, "store", d.Stores)
	puts(&l, "build", d.Builds)
	puts(&l, "module", d.Modules)
	puts(&l, "project", d.Projects)
	if d.Here != nil {
		l.put("here", d.Here)
	}
	puts(&l, "proof", d.Why)
	puts(&l, "setting", d.Settings)
	puts(&l, "config_setting", d.Configuration)
	puts(&l, "config_file", d.ConfigFiles)
	puts(&l, "toolchain", d.Toolchains)
	puts(&l, "archive", d.Archives)
	puts(&l, "binary", d.Binaries)
	puts(&l, "related", d.Related)
	puts(&l, "fact", d.Facts)
	puts(&l, "proxy", d.Proxies)
	puts(&l, "metric", d.Metrics)
	puts(&l, "check", d.Checks)
	puts(&l, "condition", d.Conditions)
	if d.Topic != nil {
		l.put("topic", d.Topic)
	}
	puts(&l, "key_place", d.Keys)
	puts(&l, "place", d.Places)
	puts(&l, "recognised", d.Recognised)
	puts(&l, "finding", d.Findings)
	puts(&l, "ignored", d.Ignored)
	puts(&l, "gone", d.Gone)
	if d.Snapshot != nil {
		l.put("snapshot", d.Snapshot)
	}
	puts(&l, "difference", d.Differences)
	if d.Rebuild != nil {
		l.put("rebuild", d.Rebuild)
	}
	if d.Plan != nil {
		head := *d.Plan
		head.Items = nil
		l.put("plan", head)
		puts(&l, "item", d.Plan.Items)
	}
	if d.Repair != nil {
		head := *d.Repair
		head.Steps, head.Left = []report.RepairStep{}, []report.RepairLeft{}
		l.put("repair", head)
		puts(&l, "step", d.Repair.Steps)
		puts(&l, "left", d.Repair.Left)
	}
	if d.Bundle != nil {
		head := *d.Bundle
		head.Modules, head.Faults = []report.BundleModule{}, []report.BundleFault{}
		l.put("bundle", head)
		puts(&l, "packed", d.Bundle.Modules)
		puts(&l, "fault", d.Bundle.Faults)
	}
	if d.Run != nil {
		l.put("run", d.Run)
	}
	puts(&l, "run", d.Runs)
	puts(&l, "doubt", d.Doubts)
	puts(&l, "problem", d.Problems)
	puts(&l, "error", d.Unreadable)
	l.put("summary", map[string]any{"ok": d.OK, "exit_code": d.ExitCode, "duration_ms": d.DurationMS, "summary": d.Summary})
	return l.err
}

// lines writes objects with an event name until the writer fails.
type lines struct {
	w   io.Writer
	err error
}

func puts[T any](l *lines, event string, list []T) {
	for _, v := range list {
		l.put(event, v)
	}
}

func (l *lines) put(event string, v any) {
	if l.err != nil {
		return
	}
	var b []byte
	if b, l.err = encode(v, ""); l.err != nil {
		return
	}
	head := fmt.Sprintf(`{"event":%q`, event)
	if len(b) > 3 { // more than "{}\n"
		head += ","
	}
	_, l.err = l.w.Write(append([]byte(head), b[1:]...))
}

// encode is json.Marshal without HTML escapes and with a newline, made safe for terminals.
func encode(v any, indent string) ([]byte, error) {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return safe(buf.Bytes()), nil
}

// safe writes every character that does not print as a JSON escape: C1 controls, bidi overrides,
// zero-width characters, DEL. Outside strings JSON has none of them, so the meaning stays the same.
func safe(b []byte) []byte {
	clean := true
	for _, c := range b {
		if c >= 0x7f {
			clean = false
			break
		}
	}
	if clean {
		return b
	}
	out := make([]byte, 0, len(b)+16)
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == '\n' || unicode.IsPrint(r):
			out = append(out, b[:n]...)
		case r > 0xffff:
			hi, lo := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, hi, lo)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		b = b[n:]
	}
	return out
}
