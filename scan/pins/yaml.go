package pins

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// parsed gives the top of a YAML file; nil where it is none. Nodes are not expanded: an alias stays one.
func parsed(data []byte) *yaml.Node {
	var n yaml.Node
	if err := yaml.Unmarshal(data, &n); err != nil || len(n.Content) == 0 {
		return nil
	}
	return n.Content[0]
}

// at follows keys in mappings; nil where there is none of that name. An alias is followed once.
func at(n *yaml.Node, keys ...string) *yaml.Node {
	for _, key := range keys {
		if n != nil && n.Kind == yaml.AliasNode {
			n = n.Alias
		}
		if n == nil || n.Kind != yaml.MappingNode {
			return nil
		}
		var found *yaml.Node
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				found = n.Content[i+1]
			}
		}
		n = found
	}
	return n
}

// values are the values of a mapping, or the items of a list.
func values(n *yaml.Node) []*yaml.Node {
	if n == nil {
		return nil
	}
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind == yaml.SequenceNode {
		return n.Content
	}
	var out []*yaml.Node
	if n.Kind == yaml.MappingNode {
		for i := 1; i < len(n.Content); i += 2 {
			out = append(out, n.Content[i])
		}
	}
	return out
}

// workflow reads the jobs of a GitHub workflow: actions/setup-go and containers.
func (r *reader) workflow(path string, data []byte) {
	top := parsed(data)
	for _, job := range values(at(top, "jobs")) {
		local := word(at(job, "env", "GOTOOLCHAIN")) == "local" || word(at(top, "env", "GOTOOLCHAIN")) == "local"
		r.yamlImage(path, Workflow, at(job, "container"))
		r.yamlImage(path, Workflow, at(job, "container", "image"))
		for _, step := range values(at(job, "steps")) {
			if name, _, _ := strings.Cut(word(at(step, "uses")), "@"); name != "actions/setup-go" {
				continue
			}
			local := local || word(at(step, "env", "GOTOOLCHAIN")) == "local" || keepsLocal(word(at(step, "uses")))
			for _, v := range versions(job, at(step, "with", "go-version")) {
				p := Pin{File: path, Line: v.Line, Kind: Workflow, Text: v.Value, Local: local}
				p.Version, p.AtLeast = meant(v.Value)
				if v.ShortTag() == "!!float" && strings.HasSuffix(v.Value, "0") {
					p.Version, _ = meant(strings.TrimRight(v.Value, "0"))
					p.Unquoted = p.Version != ""
				}
				r.add(p)
			}
		}
	}
}

var major = regexp.MustCompile(`@v([0-9]+)`)

// keepsLocal reports whether a version of actions/setup-go sets GOTOOLCHAIN=local: since v6.
func keepsLocal(uses string) bool {
	m := major.FindStringSubmatch(uses)
	return m != nil && (len(m[1]) > 1 || m[1] >= "6")
}

func word(n *yaml.Node) string {
	if n == nil || n.Kind != yaml.ScalarNode {
		return ""
	}
	return n.Value
}

var matrixName = regexp.MustCompile(`^\$\{\{\s*matrix\.([A-Za-z0-9_-]+)\s*\}\}$`)

// versions are what a go-version stands for: itself, or the list of the matrix that it names.
func versions(job, n *yaml.Node) []*yaml.Node {
	if n == nil || n.Kind != yaml.ScalarNode {
		return nil
	}
	m := matrixName.FindStringSubmatch(strings.TrimSpace(n.Value))
	if m == nil {
		return []*yaml.Node{n}
	}
	matrix := at(job, "strategy", "matrix")
	out := scalars(values(at(matrix, m[1])))
	for _, include := range values(at(matrix, "include")) {
		if v := at(include, m[1]); word(v) != "" {
			out = append(out, v)
		}
	}
	if len(out) == 0 {
		return []*yaml.Node{n}
	}
	return out
}

func scalars(list []*yaml.Node) []*yaml.Node {
	var out []*yaml.Node
	for _, n := range list {
		if n.Kind == yaml.ScalarNode {
			out = append(out, n)
		}
	}
	return out
}

// yamlImage reads an image that a job runs in.
func (r *reader) yamlImage(path string, kind Kind, n *yaml.Node) {
	if p, ok := image(word(n), nil); ok {
		p.File, p.Line, p.Kind = path, n.Line, kind
		r.add(p)
	}
}

// gitlab reads the images of .gitlab-ci.yml: image: NAME, image: {name: NAME}, of all jobs and of each.
func (r *reader) gitlab(path string, data []byte) {
	top := parsed(data)
	for _, n := range append([]*yaml.Node{top}, values(top)...) {
		r.yamlImage(path, GitLab, at(n, "image"))
		r.yamlImage(path, GitLab, at(n, "image", "name"))
	}
}

// circle reads the images of executors and jobs.
func (r *reader) circle(path string, data []byte) {
	top := parsed(data)
	for _, list := range []string{"jobs", "executors"} {
		for _, job := range values(at(top, list)) {
			for _, d := range values(at(job, "docker")) {
				r.yamlImage(path, CircleCI, at(d, "image"))
			}
		}
	}
}
