package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// SPDX 2.3 and not CycloneDX: it is an ISO standard (5962), forges show it, and it has words for what is known and what is not
// (NOASSERTION), so that nothing has to be made up. Only the fields that are used are here.
type spdxDocument struct {
	Version       string             `json:"spdxVersion"`
	License       string             `json:"dataLicense"`
	ID            string             `json:"SPDXID"`
	Name          string             `json:"name"`
	Namespace     string             `json:"documentNamespace"`
	Created       spdxCreation       `json:"creationInfo"`
	Packages      []spdxPackage      `json:"packages"`
	Relationships []spdxRelationship `json:"relationships"`
}

type spdxCreation struct {
	Created  string   `json:"created"`
	Creators []string `json:"creators"`
}

type spdxPackage struct {
	ID        string         `json:"SPDXID"`
	Name      string         `json:"name"`
	Version   string         `json:"versionInfo"`
	Supplier  string         `json:"supplier"`
	Download  string         `json:"downloadLocation"`
	Analyzed  bool           `json:"filesAnalyzed"`
	Concluded string         `json:"licenseConcluded"`
	Declared  string         `json:"licenseDeclared"`
	Copyright string         `json:"copyrightText"`
	Purpose   string         `json:"primaryPackagePurpose"`
	Source    string         `json:"sourceInfo,omitempty"`
	Checksums []spdxChecksum `json:"checksums,omitempty"`
	Refs      []spdxRef      `json:"externalRefs,omitempty"`
}

type spdxChecksum struct {
	Algorithm string `json:"algorithm"`
	Value     string `json:"checksumValue"`
}

type spdxRef struct {
	Category string `json:"referenceCategory"`
	Type     string `json:"referenceType"`
	Locator  string `json:"referenceLocator"`
}

type spdxRelationship struct {
	From string `json:"spdxElementId"`
	Type string `json:"relationshipType"`
	To   string `json:"relatedSpdxElement"`
}

const noAssertion = "NOASSERTION"

// sbom is the document of a release: a package for each program, one for each module that is in any of them, and which contains
// which. licence says what a module declares.
func sbom(programs []program, version string, when time.Time, licence func(mod) (string, error)) ([]byte, error) {
	d := spdxDocument{Version: "SPDX-2.3", License: "CC0-1.0", ID: "SPDXRef-DOCUMENT", Name: "godoctor " + version,
		Created: spdxCreation{Created: when.Format("2006-01-02T15:04:05Z"), Creators: []string{"Tool: godoctor-release"}}}
	h := sha256.New()
	for _, p := range programs {
		fmt.Fprintln(h, version, p.platform, p.sha256)
		id := idOf("program", p.platform)
		d.Packages = append(d.Packages, spdxPackage{ID: id, Name: "godoctor", Version: version, Supplier: noAssertion, Download: noAssertion,
			Concluded: noAssertion, Declared: "MIT", Copyright: noAssertion, Purpose: "APPLICATION",
			Source:    sourceOf(&p),
			Checksums: []spdxChecksum{{"SHA256", p.sha256}}})
		d.relate(d.ID, "DESCRIBES", id)
		d.relate(id, "CONTAINS", moduleID(mod{path: std, version: strings.TrimPrefix(p.goes, "go")}))
		for _, m := range p.modules {
			d.relate(id, "CONTAINS", moduleID(m))
		}
	}
	d.Namespace = "urn:uuid:" + uuid(h.Sum(nil))
	for _, m := range allModules(programs) {
		declares, err := licence(m)
		if err != nil {
			return nil, err
		}
		p := spdxPackage{ID: moduleID(m), Name: m.path, Version: m.version, Supplier: noAssertion, Download: noAssertion,
			Concluded: noAssertion, Declared: declares, Copyright: noAssertion, Purpose: "LIBRARY",
			Refs: []spdxRef{{"PACKAGE-MANAGER", "purl", purl(m)}}}
		if m.sum != "" { // a hash of hashes, and so not one of SPDX's checksums
			p.Source = "go.sum has " + m.sum
		}
		d.Packages = append(d.Packages, p)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(d)
	return b.Bytes(), err
}

func (d *spdxDocument) relate(from, how, to string) {
	d.Relationships = append(d.Relationships, spdxRelationship{from, how, to})
}

// sourceOf says what a program was built from, and how.
func sourceOf(p *program) string {
	s := "built for " + p.platform + " by " + p.goes
	if rev := p.settings["vcs.revision"]; rev != "" {
		s += " from commit " + rev
	}
	return s + ", CGO_ENABLED=" + p.settings["CGO_ENABLED"]
}

var notInID = regexp.MustCompile(`[^a-zA-Z0-9.-]`)

// idOf makes a name that SPDX allows, and that is another one for other words: what it does not allow is written as its number.
func idOf(kind, name string) string {
	return "SPDXRef-" + kind + "-" + notInID.ReplaceAllStringFunc(strings.ReplaceAll(name, "-", "-2d-"), func(c string) string {
		return "-" + hex.EncodeToString([]byte(c)) + "-"
	})
}

func moduleID(m mod) string { return idOf("module", m.path+"@"+m.version) }

// purl is the package URL: path elements escaped, and in lower case, as its specification wants Go's.
func purl(m mod) string {
	parts := strings.Split(strings.ToLower(m.path), "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return "pkg:golang/" + strings.Join(parts, "/") + "@" + strings.ReplaceAll(url.PathEscape(m.version), "+", "%2B")
}

// uuid makes a UUID of version 8, which says that its bits are its maker's business.
func uuid(b []byte) string {
	b = append([]byte{}, b[:16]...)
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
