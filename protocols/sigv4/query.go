package sigv4

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// presigned collects the X-Amz- pairs of a query; nil when it has no
// X-Amz-Algorithm. A parameter given twice could be read two ways: refused.
func presigned(query string) (map[string]string, error) {
	if !strings.Contains(query, "X-Amz-Algorithm=") {
		return nil, nil
	}
	m := map[string]string{}
	for pair := range strings.SplitSeq(query, "&") {
		k, v, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(k, "X-Amz-") {
			continue
		}
		text, err := url.QueryUnescape(v)
		if err != nil {
			return nil, Incomplete.WithMessage("Invalid value for query parameter '%s'.", k)
		}
		if _, twice := m[k]; twice {
			return nil, Incomplete.WithMessage("Query parameter '%s' is given twice.", k)
		}
		m[k] = text
	}
	return m, nil
}

func parseQuery(q map[string]string) (*Signature, error) {
	var missing strings.Builder
	for _, name := range []string{"X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"} {
		if q[name] == "" {
			missing.WriteString("AWS query-string parameters must include '" + name + "'. ")
		}
	}
	if missing.Len() > 0 {
		return nil, Incomplete.WithMessage("%sRe-examine the query-string parameters.", missing.String())
	}
	if q["X-Amz-Algorithm"] != algorithm {
		return nil, Incomplete.WithMessage("Unsupported AWS 'algorithm': '%s'.", q["X-Amz-Algorithm"])
	}
	s, err := assemble(q["X-Amz-Credential"], q["X-Amz-SignedHeaders"], q["X-Amz-Signature"], q["X-Amz-Date"], q["X-Amz-Security-Token"])
	if err != nil {
		return nil, err
	}
	s.Presigned = true
	return s, s.setExpires(q["X-Amz-Expires"])
}

func (s *Signature) setExpires(text string) error {
	if text == "" {
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > int(maxExpires/time.Second) {
		return Incomplete.WithMessage("X-Amz-Expires must be between 1 and %d seconds.", int(maxExpires/time.Second))
	}
	s.Expires = time.Duration(n) * time.Second
	return nil
}
