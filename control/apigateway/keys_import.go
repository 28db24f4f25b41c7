package apigateway

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/store"
)

// keyRow is one line of an imported file.
type keyRow struct {
	line    int // from 1, the header's
	key     types.ApiKey
	plans   []string
	enabled bool // whether the file says so
}

// importAPIKeys makes or overwrites a key per line. With failOnWarnings a line
// that can't be imported stops everything before anything is written.
func (s *service) importAPIKeys(c *wire.Call, in *v1.ImportApiKeysInput) (*v1.ImportApiKeysOutput, error) {
	rows, err := parseKeys(in.Body)
	if err != nil {
		return nil, err
	}
	if err := s.roomForKeys(c, len(rows)); err != nil {
		return nil, err
	}
	good, warnings := s.checkRows(c, rows)
	if in.FailOnWarnings && len(warnings) > 0 {
		return nil, badRequest("Warnings found during import:\n\t%s", strings.Join(warnings, "\n\t"))
	}
	out := &v1.ImportApiKeysOutput{Ids: []string{}, Warnings: warnings}
	for _, r := range good {
		id, err := s.importKey(c, r)
		if err != nil {
			return nil, err
		}
		out.Ids = append(out.Ids, id)
		for _, plan := range r.plans {
			if err := s.joinPlan(c, plan, id); err != nil && !errors.Is(err, errInPlan) {
				out.Warnings = append(out.Warnings, rowText(r, fmt.Sprintf("Unable to add the key to usage plan %s", plan)))
			}
		}
	}
	return out, nil
}

var errNoHeader = badRequest("Unable to import API keys: the first line must name the columns Key and Name")

// parseKeys reads the CSV. Columns come in any order and case; unknown ones are
// skipped.
func parseKeys(body []byte) ([]keyRow, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff"))))
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	header, err := r.Read()
	if err != nil {
		return nil, errNoHeader.Wrap(err)
	}
	columns := map[string]int{}
	for i, name := range header {
		columns[strings.ToLower(strings.TrimSpace(name))] = i
	}
	if !has(columns, "key") || !has(columns, "name") {
		return nil, errNoHeader
	}
	var rows []keyRow
	for {
		fields, err := r.Read()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			return nil, badRequest("Unable to import API keys: %s", err).Wrap(err)
		}
		line, _ := r.FieldPos(0)
		rows = append(rows, parseKey(line, columns, fields))
	}
}

func has(columns map[string]int, name string) bool { _, ok := columns[name]; return ok }

// parseKey reads one line. A key is enabled unless its line says otherwise.
func parseKey(line int, columns map[string]int, fields []string) keyRow {
	at := func(name string) *string {
		if i, ok := columns[name]; ok && i < len(fields) && strings.TrimSpace(fields[i]) != "" {
			return ptr(strings.TrimSpace(fields[i]))
		}
		return nil
	}
	r := keyRow{line: line, key: types.ApiKey{Value: at("key"), Name: at("name"), Description: at("description"), Enabled: true}}
	if e := at("enabled"); e != nil {
		r.enabled, r.key.Enabled = true, strings.EqualFold(*e, "true")
	}
	for _, id := range strings.Split(str(at("usageplanids")), ",") {
		if id = strings.TrimSpace(id); id != "" && !slices.Contains(r.plans, id) {
			r.plans = append(r.plans, id)
		}
	}
	return r
}

// checkRows gives the lines that can be imported, and a warning for each that
// can't and for each plan that isn't there.
func (s *service) checkRows(c *wire.Call, rows []keyRow) (good []keyRow, warnings []string) {
	for _, r := range rows {
		if text := rowProblem(&r.key); text != "" {
			warnings = append(warnings, rowText(r, text))
			continue
		}
		r.plans = slices.DeleteFunc(r.plans, func(id string) bool {
			_, err := s.repo.UsagePlans().Get(c.Context, c.Region, id)
			if err != nil {
				warnings = append(warnings, rowText(r, fmt.Sprintf("%s: %s", errNoPlan.Message, id)))
			}
			return err != nil
		})
		good = append(good, r)
	}
	return good, warnings
}

func rowProblem(k *types.ApiKey) string {
	if k.Value == nil || k.Name == nil {
		return "Key and Name are required"
	}
	if err := checkKey(k); err != nil {
		return message(err)
	}
	return ""
}

func rowText(r keyRow, text string) string { return fmt.Sprintf("Line %d: %s", r.line, text) }

// importKey makes a key, or overwrites the one with its value.
func (s *service) importKey(c *wire.Call, r keyRow) (id string, err error) {
	for {
		old, err := s.repo.CallerKeyByValue(c.Context, c.Region, *r.key.Value)
		if errors.Is(err, store.ErrNotFound) {
			doc, err := s.insertKey(c, r.key)
			if errors.Is(err, definition.ErrValueTaken) && c.Context.Err() == nil && s.claimed(c, *r.key.Value) {
				continue // another call made it just now
			}
			if err != nil {
				return "", err
			}
			return *doc.Key.Id, nil
		}
		if err != nil {
			return "", storeError(err)
		}
		err = s.overwriteKey(c, *old.Key.Id, r)
		if errors.Is(err, store.ErrNotFound) {
			continue // deleted just now
		}
		return *old.Key.Id, storeError(err)
	}
}

// claimed reports whether there is a key with the value, so that trying again
// leads somewhere.
func (s *service) claimed(c *wire.Call, value string) bool {
	_, err := s.repo.CallerKeyByValue(c.Context, c.Region, value)
	return err == nil
}

func (s *service) overwriteKey(c *wire.Call, id string, r keyRow) error {
	return s.repo.CallerKeys().Change(c.Context, c.Region, id, func(doc *definition.CallerKey) error {
		k := &doc.Key
		k.Name, k.LastUpdatedDate = r.key.Name, ptr(s.now())
		if r.key.Description != nil {
			k.Description = r.key.Description
		}
		if r.enabled {
			k.Enabled = r.key.Enabled
		}
		return nil
	})
}
