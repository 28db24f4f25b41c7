package definition

import "strings"

// SettingKey gives path and verb that a key of Stage.MethodSettings is for:
// "~1pets~1{id}/GET" and "pets~1{id}/GET" are "/pets/{id}" and "GET", "*/*" is "*"
// and "*". ok is false for a key of another form. Of several keys for one method
// the exact one wins over "*/*"; of two spellings the one with "~1" in front.
func SettingKey(key string) (path, verb string, ok bool) {
	i := strings.LastIndexByte(key, '/')
	if i < 0 || i == len(key)-1 {
		return "", "", false
	}
	path, verb = key[:i], key[i+1:]
	if path == "*" {
		return "*", verb, true
	}
	path = strings.NewReplacer("~1", "/", "~0", "~").Replace(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return path, verb, true
}
