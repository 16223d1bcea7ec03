package cli

import (
	"strings"

	"godoctor/doctor/config"
)

// configSchema is the JSON Schema of a file of settings.
func configSchema(list []*setting) map[string]any {
	top := object(map[string]any{
		"grace": text1("how long what nobody needs is young, like 30d"), "roots": texts("where projects are, instead of the home directory"),
		"more_roots": texts("where projects are, beside those"), "skip": texts("directories that are not searched"),
		"protect": texts("patterns of module paths that are kept, as in GOPRIVATE"), "pins": texts("path@version or path, kept whatever happens"),
		"branches": typed("boolean", "what other git branches need counts"), "mirrors": texts("module proxies that may stand in for those of GOPROXY"),
		"auto": object(map[string]any{"policies": texts("what goes, by the flags of clean"), "older_than": text1("like 30d"), "keep": typed("integer", "versions of each module that stay"),
			"goal": text1("like 5GiB"), "budget": text1("like 20GiB"), "grace": text1("like 30d")}),
		"modfile": array1(object(map[string]any{"mod": text1("a go.mod of another name"), "sum": text1("its go.sum")}, "mod")),
		"ignore": array1(object(map[string]any{"check": text1("its name"), "target": text1("a setting, module path, file, directory or pattern"), "reason": text1("why"),
			"until": map[string]any{"description": "the last day, like 2027-01-31"}}, "check", "reason")),
	})
	for _, s := range list {
		if s.policy || s.key.Refused != "" {
			continue
		}
		in := top
		for _, word := range strings.Split(s.table, ".") {
			if word == "" {
				break
			}
			props := in["properties"].(map[string]any)
			if props[word] == nil {
				props[word] = object(map[string]any{})
			}
			in = props[word].(map[string]any)
		}
		in["properties"].(map[string]any)[s.key.Name] = s.schema()
	}
	top["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	top["title"] = "settings of godoctor"
	return top
}

// schema is that of one flag.
func (s *setting) schema() map[string]any {
	out := text1(s.flag.Usage)
	one := out
	switch s.key.Kind {
	case config.Bool:
		out["type"] = "boolean"
	case config.Int:
		out["type"], out["minimum"] = "integer", 0
	case config.List:
		one = map[string]any{"type": "string"}
		out["type"], out["items"] = "array", one
	}
	if s.key.Choices != nil {
		one["enum"] = s.key.Choices
	}
	return out
}

func typed(kind, what string) map[string]any {
	return map[string]any{"type": kind, "description": what}
}
func text1(what string) map[string]any { return typed("string", what) }

func texts(what string) map[string]any {
	return map[string]any{"type": "array", "items": map[string]any{"type": "string"}, "description": what}
}

func array1(items map[string]any) map[string]any {
	return map[string]any{"type": "array", "items": items}
}

func object(props map[string]any, required ...string) map[string]any {
	out := map[string]any{"type": "object", "properties": props, "additionalProperties": false}
	if required != nil {
		out["required"] = required
	}
	return out
}
