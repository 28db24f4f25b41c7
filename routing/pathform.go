package routing

import "bytes"

var (
	formAWS  = []byte("/_aws/execute-api/") // {apiId}/{stage}/{path}
	formRest = []byte("/restapis/")         // {apiId}/{stage}/_user_request_/{path}
	formMark = "_user_request_"
)

// SplitPathForm takes apart a path that names its API, for clients without DNS:
//
//	/_aws/execute-api/{apiId}/{stage}/{path}
//	/restapis/{apiId}/{stage}/_user_request_/{path}
//
// The parts are parts of path, nothing decoded (see Stages.Get). rest begins with
// a slash, and is "/" where nothing follows. Not ok: path has neither form, or an
// empty apiId or stage.
func SplitPathForm(path []byte) (apiID, stage, rest []byte, ok bool) {
	marked := false
	switch {
	case bytes.HasPrefix(path, formAWS):
		rest = path[len(formAWS)-1:]
	case bytes.HasPrefix(path, formRest):
		rest, marked = path[len(formRest)-1:], true
	default:
		return nil, nil, nil, false
	}
	apiID, rest = cutSegment(rest)
	stage, rest = cutSegment(rest)
	if marked {
		var mark []byte
		if mark, rest = cutSegment(rest); string(mark) != formMark {
			return nil, nil, nil, false
		}
	}
	if len(apiID) == 0 || len(stage) == 0 {
		return nil, nil, nil, false
	}
	return apiID, stage, rest, true
}
