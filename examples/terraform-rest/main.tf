# A REST API on a gatehouse that runs on this machine: a mock with templates and
# CORS, an HTTP_PROXY, a model and a validator, a gateway response, a deployment
# that follows its parts, a stage with variables, access log and method settings,
# and an API key with its plan.
#
#   gatehouse serve --demo
#   terraform init && terraform apply
#   curl -i "http://$(terraform output -raw api).execute-api.localhost:8080/dev/hello"

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "gatehouse" {
  description = "URL of the management listener"
  default     = "http://127.0.0.1:4566"
}

variable "backend" {
  description = "URL of the back end"
  default     = "http://127.0.0.1:9001"
}

variable "greeting" {
  description = "What the mock says"
  default     = "hello"
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "x"
  secret_key                  = "x"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  skip_region_validation      = true

  endpoints {
    apigateway   = var.gatehouse
    apigatewayv2 = var.gatehouse
    sts          = var.gatehouse
  }
}

resource "aws_api_gateway_rest_api" "shop" {
  name               = "shop"
  description        = "All we sell"
  binary_media_types = ["image/png"]

  endpoint_configuration {
    types = ["REGIONAL"]
  }

  tags = {
    team = "web"
  }
}

# GET /hello: a mock that greets; OPTIONS /hello: CORS.

resource "aws_api_gateway_resource" "hello" {
  rest_api_id = aws_api_gateway_rest_api.shop.id
  parent_id   = aws_api_gateway_rest_api.shop.root_resource_id
  path_part   = "hello"
}

resource "aws_api_gateway_method" "hello" {
  for_each      = toset(["GET", "OPTIONS"])
  rest_api_id   = aws_api_gateway_rest_api.shop.id
  resource_id   = aws_api_gateway_resource.hello.id
  http_method   = each.key
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "hello" {
  for_each          = aws_api_gateway_method.hello
  rest_api_id       = aws_api_gateway_rest_api.shop.id
  resource_id       = aws_api_gateway_resource.hello.id
  http_method       = each.value.http_method
  type              = "MOCK"
  request_templates = { "application/json" = jsonencode({ statusCode = 200 }) }
}

resource "aws_api_gateway_method_response" "hello" {
  for_each    = aws_api_gateway_method.hello
  rest_api_id = aws_api_gateway_rest_api.shop.id
  resource_id = aws_api_gateway_resource.hello.id
  http_method = each.value.http_method
  status_code = "200"

  response_models = { "application/json" = "Empty" }
  response_parameters = {
    "method.response.header.Access-Control-Allow-Origin"  = true
    "method.response.header.Access-Control-Allow-Methods" = false
  }
}

resource "aws_api_gateway_integration_response" "hello" {
  for_each    = aws_api_gateway_method_response.hello
  rest_api_id = aws_api_gateway_rest_api.shop.id
  resource_id = aws_api_gateway_resource.hello.id
  http_method = each.value.http_method
  status_code = each.value.status_code

  response_templates = each.key == "OPTIONS" ? {} : {
    "application/json" = "{\"says\": \"${var.greeting} from $context.stage of $stageVariables.town\"}"
  }
  response_parameters = {
    "method.response.header.Access-Control-Allow-Origin"  = "'*'"
    "method.response.header.Access-Control-Allow-Methods" = "'GET,OPTIONS'"
  }
  depends_on = [aws_api_gateway_integration.hello]
}

# POST /orders: a checked body for the back end.

resource "aws_api_gateway_model" "order" {
  rest_api_id  = aws_api_gateway_rest_api.shop.id
  name         = "Order"
  description  = "What one buys"
  content_type = "application/json"
  schema = jsonencode({
    type       = "object"
    required   = ["item"]
    properties = { item = { type = "string" } }
  })
}

resource "aws_api_gateway_request_validator" "body" {
  rest_api_id                 = aws_api_gateway_rest_api.shop.id
  name                        = "body"
  validate_request_body       = true
  validate_request_parameters = false
}

resource "aws_api_gateway_resource" "orders" {
  rest_api_id = aws_api_gateway_rest_api.shop.id
  parent_id   = aws_api_gateway_rest_api.shop.root_resource_id
  path_part   = "orders"
}

resource "aws_api_gateway_method" "order" {
  rest_api_id          = aws_api_gateway_rest_api.shop.id
  resource_id          = aws_api_gateway_resource.orders.id
  http_method          = "POST"
  authorization        = "NONE"
  request_validator_id = aws_api_gateway_request_validator.body.id
  request_models       = { "application/json" = aws_api_gateway_model.order.name }
  request_parameters   = { "method.request.header.x-shop" = false }
}

resource "aws_api_gateway_integration" "order" {
  rest_api_id             = aws_api_gateway_rest_api.shop.id
  resource_id             = aws_api_gateway_resource.orders.id
  http_method             = aws_api_gateway_method.order.http_method
  type                    = "HTTP_PROXY"
  integration_http_method = "POST"
  uri                     = "${var.backend}/base/orders"
  timeout_milliseconds    = 5000
  request_parameters = {
    "integration.request.header.x-town" = "stageVariables.town"
    "integration.request.header.x-from" = "method.request.header.x-shop"
  }
}

resource "aws_api_gateway_gateway_response" "invalid" {
  rest_api_id         = aws_api_gateway_rest_api.shop.id
  response_type       = "BAD_REQUEST_BODY"
  status_code         = "422"
  response_templates  = { "application/json" = "{\"refused\": \"$context.error.validationErrorString\"}" }
  response_parameters = { "gatewayresponse.header.X-Why" = "'body'" }
}

# A new deployment whenever this file or a variable changes.

resource "aws_api_gateway_deployment" "shop" {
  rest_api_id = aws_api_gateway_rest_api.shop.id

  triggers = {
    definition = sha1(jsonencode([filesha1("${path.module}/main.tf"), var.greeting, var.backend]))
  }

  depends_on = [
    aws_api_gateway_integration_response.hello,
    aws_api_gateway_integration.order,
    aws_api_gateway_gateway_response.invalid,
  ]

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "dev" {
  rest_api_id   = aws_api_gateway_rest_api.shop.id
  deployment_id = aws_api_gateway_deployment.shop.id
  stage_name    = "dev"
  description   = "For us"

  variables = {
    town = "Bern"
  }

  access_log_settings {
    destination_arn = "arn:aws:logs:us-east-1:000000000000:log-group:shop"
    format          = "$context.httpMethod $context.resourcePath $context.status"
  }
}

resource "aws_api_gateway_method_settings" "all" {
  rest_api_id = aws_api_gateway_rest_api.shop.id
  stage_name  = aws_api_gateway_stage.dev.stage_name
  method_path = "*/*"

  settings {
    metrics_enabled        = true
    throttling_burst_limit = 200
    throttling_rate_limit  = 100
  }
}

resource "aws_api_gateway_usage_plan" "partners" {
  name        = "partners"
  description = "Shops that sell what we have"

  api_stages {
    api_id = aws_api_gateway_rest_api.shop.id
    stage  = aws_api_gateway_stage.dev.stage_name
  }

  quota_settings {
    limit  = 1000
    period = "DAY"
  }

  throttle_settings {
    burst_limit = 20
    rate_limit  = 10
  }
}

resource "aws_api_gateway_api_key" "partner" {
  name        = "partner"
  description = "Our first"
  tags        = { team = "web" }
}

resource "aws_api_gateway_usage_plan_key" "partner" {
  key_id        = aws_api_gateway_api_key.partner.id
  key_type      = "API_KEY"
  usage_plan_id = aws_api_gateway_usage_plan.partners.id
}

output "api" {
  value = aws_api_gateway_rest_api.shop.id
}
