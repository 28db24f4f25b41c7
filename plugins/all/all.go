// Package all links every plugin into a program that imports it.
package all

import (
	_ "gatehouse/plugins/accesslog"
	_ "gatehouse/plugins/cors"
	_ "gatehouse/plugins/httpapi"
	_ "gatehouse/plugins/mapping"
	_ "gatehouse/plugins/tohttp"
)
