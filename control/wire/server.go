package wire

import "net/http"

// Server is the handler of the management listener's AWS part. It is read-only
// after New and safe for any number of requests at a time.
type Server struct {
	cfg  Config
	rows []Operation
}

var _ http.Handler = (*Server)(nil)

// New makes the handler of the management listener's AWS part. Rows that can't
// work (unknown members in a path, two rows on one path) are our bugs: it panics.
func New(cfg Config, services ...Service) *Server {
	s := &Server{cfg: cfg}
	for _, svc := range services {
		for _, o := range svc.Operations {
			o.Service = svc.Name
			s.rows = append(s.rows, o)
		}
	}
	return s
}

// Operations lists all rows in the order given to New.
func (s *Server) Operations() []Operation { return s.rows }

// ServeHTTP answers one management call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	http.Error(w, "", unknownPath.Status)
}
