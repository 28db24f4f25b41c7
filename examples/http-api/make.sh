#!/bin/sh
# Makes an HTTP API by the AWS CLI: routes, parameter mapping, CORS, stages with
# variables. Prints the API's id and URL.
#
#   gatehouse serve --demo          (in another terminal; it has a back end, too)
#   examples/http-api/make.sh
#
# BACKEND is the back end's host:port. Works with AWS CLI 1 and 2 of any age.
set -eu
BACKEND=${BACKEND:-127.0.0.1:9001}
AWS_ENDPOINT_URL=${AWS_ENDPOINT_URL:-http://127.0.0.1:4566}
AWS_ACCESS_KEY_ID=${AWS_ACCESS_KEY_ID:-x} AWS_SECRET_ACCESS_KEY=${AWS_SECRET_ACCESS_KEY:-x}
AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-us-east-1} AWS_PAGER=
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_DEFAULT_REGION AWS_PAGER

v2() { aws --endpoint-url "$AWS_ENDPOINT_URL" --output text apigatewayv2 "$@"; }

api=$(v2 create-api --name bookshop --protocol-type HTTP --query ApiId \
	--cors-configuration 'AllowOrigins=https://books.example,AllowMethods=GET,POST,AllowHeaders=content-type,MaxAge=600')

# integration PATH [OPTION]...: prints the id of an integration to the back end.
# The back end's address is a stage variable: each stage can have its own.
integration() {
	path=$1
	shift
	v2 create-integration --api-id "$api" --integration-type HTTP_PROXY --integration-method ANY \
		--payload-format-version 1.0 --integration-uri "http://\${stageVariables.backend}$path" \
		--query IntegrationId "$@"
}

# route KEY INTEGRATION
route() { v2 create-route --api-id "$api" --route-key "$1" --target "integrations/$2" >/dev/null; }

book=$(integration '/books/{isbn}' --timeout-in-millis 5000 \
	--request-parameters '{"overwrite:header.x-shelf": "$stageVariables.shelf", "append:querystring.stage": "$context.stage"}' \
	--response-parameters '{"404": {"overwrite:statuscode": "410"}, "200": {"append:header.x-served-by": "$context.apiId"}}')
rest=$(integration '/{proxy}')

route 'GET /books/{isbn}' "$book"
route 'ANY /{proxy+}' "$rest"

v2 create-stage --api-id "$api" --stage-name '$default' --auto-deploy --stage-variables "backend=$BACKEND,shelf=public" >/dev/null
v2 create-stage --api-id "$api" --stage-name test --auto-deploy --stage-variables "backend=$BACKEND,shelf=hidden" >/dev/null

echo "$api $(v2 get-api --api-id "$api" --query ApiEndpoint)"
