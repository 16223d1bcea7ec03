package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// A shape says what the JSON schema of SPDX 2.3 wants of an object: which fields have to be there, and what a field may be.
// Fields that neither names are refused, as the schema does ("additionalProperties": false).
type shape struct {
	required string
	optional string
	patterns map[string]*regexp.Regexp
	lists    map[string]*shape // fields that are lists of objects
	object   map[string]*shape // fields that are one
}

var (
	spdxID   = regexp.MustCompile(`^SPDXRef-[a-zA-Z0-9.-]+$`)
	spdxDate = regexp.MustCompile(`^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$`)
	spdxTerm = regexp.MustCompile(`^(NOASSERTION|NONE|[A-Za-z0-9.-]+( (AND|OR|WITH) [A-Za-z0-9.-]+)*)$`)
	someone  = regexp.MustCompile(`^(NOASSERTION|(Person|Organization): .+)$`)
	creator  = regexp.MustCompile(`^(Person|Organization|Tool): .+$`)

	checksumShape = &shape{required: "algorithm checksumValue", patterns: map[string]*regexp.Regexp{
		"algorithm": regexp.MustCompile(`^SHA256$`), "checksumValue": regexp.MustCompile(`^[0-9a-f]{64}$`)}}
	refShape = &shape{required: "referenceCategory referenceLocator referenceType", patterns: map[string]*regexp.Regexp{
		"referenceCategory": regexp.MustCompile(`^(OTHER|PERSISTENT-ID|SECURITY|PACKAGE-MANAGER)$`),
		"referenceLocator":  regexp.MustCompile(`^pkg:golang/[^\s@]+@[^\s@]+$`), "referenceType": regexp.MustCompile(`^purl$`)}}
	packageShape = &shape{
		required: "SPDXID downloadLocation name",
		optional: "versionInfo supplier filesAnalyzed licenseConcluded licenseDeclared copyrightText primaryPackagePurpose sourceInfo",
		patterns: map[string]*regexp.Regexp{"SPDXID": spdxID, "licenseConcluded": spdxTerm, "licenseDeclared": spdxTerm, "supplier": someone,
			"primaryPackagePurpose": regexp.MustCompile(`^(APPLICATION|LIBRARY)$`)},
		lists: map[string]*shape{"checksums": checksumShape, "externalRefs": refShape}}
	relationShape = &shape{required: "relatedSpdxElement relationshipType spdxElementId", patterns: map[string]*regexp.Regexp{
		"relationshipType": regexp.MustCompile(`^(DESCRIBES|CONTAINS)$`), "relatedSpdxElement": spdxID, "spdxElementId": spdxID}}
	documentShape = &shape{
		required: "SPDXID creationInfo dataLicense documentNamespace name spdxVersion",
		patterns: map[string]*regexp.Regexp{"SPDXID": regexp.MustCompile(`^SPDXRef-DOCUMENT$`), "dataLicense": regexp.MustCompile(`^CC0-1\.0$`),
			"spdxVersion": regexp.MustCompile(`^SPDX-2\.3$`)},
		lists:  map[string]*shape{"packages": packageShape, "relationships": relationShape},
		object: map[string]*shape{"creationInfo": {required: "created creators", patterns: map[string]*regexp.Regexp{"created": spdxDate, "creators": creator}}},
	}
)

// checkSPDX says what is wrong with a document: what the schema of SPDX 2.3 requires of each object in it, names that stand for
// two things or for none, and what nothing leads to.
func checkSPDX(b []byte) error {
	var raw map[string]any
	var d spdxDocument
	if err := errors.Join(json.Unmarshal(b, &raw), json.Unmarshal(b, &d)); err != nil {
		return fmt.Errorf("not an SPDX document: %w", err)
	}
	errs := documentShape.wrong("document", raw)
	if u, err := url.Parse(d.Namespace); err != nil || !u.IsAbs() || strings.Contains(d.Namespace, "#") {
		errs = append(errs, fmt.Errorf("documentNamespace %q is no absolute URI without a fragment", d.Namespace))
	}
	return errors.Join(append(errs, d.loose()...)...)
}

// loose says which names are there twice, are used and not there, or are there and used by nothing.
func (d *spdxDocument) loose() []error {
	var errs []error
	there, reached := map[string]bool{d.ID: true}, map[string]bool{}
	for _, p := range d.Packages {
		if there[p.ID] {
			errs = append(errs, fmt.Errorf("%s is there twice", p.ID))
		}
		there[p.ID] = true
	}
	for _, r := range d.Relationships {
		for _, id := range []string{r.From, r.To} {
			if !there[id] {
				errs = append(errs, fmt.Errorf("%s is related to something, and is not there", id))
			}
		}
		reached[r.To] = true
	}
	for _, p := range d.Packages {
		if !reached[p.ID] {
			errs = append(errs, fmt.Errorf("nothing leads to %s", p.ID))
		}
	}
	if len(d.Packages) == 0 {
		errs = append(errs, errors.New("the document is about nothing"))
	}
	return errs
}

// wrong says what is wrong with an object of this shape.
func (s *shape) wrong(where string, o map[string]any) []error {
	var errs []error
	say := func(format string, args ...any) { errs = append(errs, fmt.Errorf(where+": "+format, args...)) }
	required := strings.Fields(s.required)
	for _, f := range required {
		if o[f] == nil {
			say("%s is missing", f)
		}
	}
	for f, v := range o {
		if !slices.Contains(required, f) && !slices.Contains(strings.Fields(s.optional), f) && s.lists[f] == nil && s.object[f] == nil {
			say("%s is no field of it", f)
		}
		for i, part := range listed(v) {
			text, isText := part.(string)
			object, isObject := part.(map[string]any)
			below := s.lists[f]
			if below == nil {
				below = s.object[f]
			}
			switch re := s.patterns[f]; {
			case below != nil && isObject:
				errs = append(errs, below.wrong(fmt.Sprintf("%s.%s[%d]", where, f, i), object)...)
			case below != nil:
				say("%s is no object", f)
			case isText && text == "":
				say("%s is empty", f)
			case re != nil && !re.MatchString(text):
				say("%s is %q", f, text)
			}
		}
	}
	return errs
}

// listed makes a list of a value that is none.
func listed(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	return []any{v}
}
