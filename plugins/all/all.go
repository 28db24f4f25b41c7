// Package all links every plugin into a program that imports it.
package all

import (
	_ "gatehouse/plugins/accesslog"
	_ "gatehouse/plugins/compress"
	_ "gatehouse/plugins/cors"
	_ "gatehouse/plugins/httpapi"
	_ "gatehouse/plugins/mapping"
	_ "gatehouse/plugins/restapi"
	_ "gatehouse/plugins/tohttp"
	_ "gatehouse/plugins/tomock"
	_ "gatehouse/plugins/transform"
	_ "gatehouse/plugins/validate"
)
