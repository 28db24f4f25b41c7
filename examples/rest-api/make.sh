#!/bin/sh
# Makes a REST API by the AWS CLI: mocks, CORS as the AWS console writes it, an
# HTTP and an HTTP_PROXY integration, templates, a validated body, two stages
# with variables. Prints the API's id and its URL.
#
#   gatehouse serve --demo          (in another terminal; it has a back end, too)
#   examples/rest-api/make.sh
#
# BACKEND is the back end's host:port, LISTEN that of the data listener. Works
# with AWS CLI 1 and 2 of any age.
set -eu
BACKEND=${BACKEND:-127.0.0.1:9001}
LISTEN=${LISTEN:-127.0.0.1:8080}
AWS_ENDPOINT_URL=${AWS_ENDPOINT_URL:-http://127.0.0.1:4566}
AWS_ACCESS_KEY_ID=${AWS_ACCESS_KEY_ID:-x} AWS_SECRET_ACCESS_KEY=${AWS_SECRET_ACCESS_KEY:-x}
AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-us-east-1} AWS_PAGER=
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_DEFAULT_REGION AWS_PAGER

v1() { aws --endpoint-url "$AWS_ENDPOINT_URL" --output text apigateway "$@"; }

api=$(v1 create-rest-api --name library --query id)
root=$(v1 get-resources --rest-api-id "$api" --query 'items[0].id')

# child PARENT PART: prints the id of a new resource.
child() { v1 create-resource --rest-api-id "$api" --parent-id "$1" --path-part "$2" --query id; }

# on COMMAND RESOURCE VERB [OPTION]...
on() {
	command=$1 resource=$2 verb=$3
	shift 3
	v1 "$command" --rest-api-id "$api" --resource-id "$resource" --http-method "$verb" "$@" >/dev/null
}

# GET / is a page from the gateway itself.
on put-method "$root" GET --authorization-type NONE
on put-method-response "$root" GET --status-code 200 \
	--response-parameters 'method.response.header.Content-Type=true'
on put-integration "$root" GET --type MOCK --request-templates '{"application/json": "{\"statusCode\": 200}"}'
on put-integration-response "$root" GET --status-code 200 \
	--response-parameters "{\"method.response.header.Content-Type\": \"'text/plain'\"}" \
	--response-templates '{"text/plain": "Welcome to the library of $stageVariables.town, stage $context.stage.\n"}'

# /books/{isbn}: the back end's answer as it is, for any method but OPTIONS.
books=$(child "$root" books)
book=$(child "$books" '{isbn}')
on put-method "$book" ANY --authorization-type NONE --request-parameters 'method.request.path.isbn=true'
on put-integration "$book" ANY --type HTTP_PROXY --integration-http-method ANY \
	--uri 'http://${stageVariables.backend}/base/{isbn}' \
	--request-parameters "{\"integration.request.path.isbn\": \"method.request.path.isbn\", \"integration.request.header.x-town\": \"stageVariables.town\"}"

# OPTIONS /books/{isbn}: CORS as the console's "Enable CORS" writes it.
on put-method "$book" OPTIONS --authorization-type NONE
on put-method-response "$book" OPTIONS --status-code 200 --response-models '{"application/json": "Empty"}' \
	--response-parameters 'method.response.header.Access-Control-Allow-Headers=false,method.response.header.Access-Control-Allow-Methods=false,method.response.header.Access-Control-Allow-Origin=false'
on put-integration "$book" OPTIONS --type MOCK --passthrough-behavior WHEN_NO_MATCH \
	--request-templates '{"application/json": "{\"statusCode\": 200}"}'
on put-integration-response "$book" OPTIONS --status-code 200 --response-parameters "{
	\"method.response.header.Access-Control-Allow-Headers\": \"'Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token'\",
	\"method.response.header.Access-Control-Allow-Methods\": \"'DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT'\",
	\"method.response.header.Access-Control-Allow-Origin\": \"'*'\"}"

# POST /books: a checked body, turned by templates on its way to and from the
# back end, which sees a PUT; what it fails at becomes a 502.
validator=$(v1 create-request-validator --rest-api-id "$api" --name body --validate-request-body --query id)
v1 create-model --rest-api-id "$api" --name Book --content-type application/json \
	--schema '{"type": "object", "required": ["title"], "properties": {"title": {"type": "string"}, "pages": {"type": "integer", "minimum": 1}}}' >/dev/null
on put-method "$books" POST --authorization-type NONE --request-validator-id "$validator" --request-models application/json=Book
on put-method-response "$books" POST --status-code 201
on put-method-response "$books" POST --status-code 502
on put-integration "$books" POST --type HTTP --integration-http-method PUT --uri 'http://${stageVariables.backend}/base/books' \
	--request-templates '{"application/json": "{\"name\": $input.json(\"$.title\"), \"town\": \"$stageVariables.town\"}"}'
on put-integration-response "$books" POST --status-code 201 --selection-pattern '2\d{2}' \
	--response-templates '{"application/json": "#set($seen = $input.path(\"$\")){\"method\": \"$seen.method\", \"sent\": $seen.body}"}'
on put-integration-response "$books" POST --status-code 502 --response-templates '{"application/json": "{\"failed\": \"$context.resourcePath\"}"}'

v1 create-deployment --rest-api-id "$api" --stage-name dev --variables "backend=$BACKEND,town=Bern" >/dev/null
v1 create-deployment --rest-api-id "$api" --stage-name prod --variables "backend=$BACKEND,town=Rome" >/dev/null

echo "$api http://$api.execute-api.localhost:${LISTEN##*:}/dev/"
