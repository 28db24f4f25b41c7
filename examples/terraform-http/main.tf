# An HTTP API on a gatehouse that runs on this machine: CORS, two routes with
# parameter mapping, a stage with auto-deploy, variables and an access log.
#
#   gatehouse serve --demo
#   terraform init && terraform apply
#   curl -i "$(terraform output -raw url)/orders/7"

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
  description = "What the stage says to the back end"
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

resource "aws_apigatewayv2_api" "shop" {
  name          = "shop"
  description   = "All we sell"
  protocol_type = "HTTP"

  cors_configuration {
    allow_origins = ["https://shop.example"]
    allow_methods = ["GET", "POST"]
    allow_headers = ["content-type"]
    max_age       = 600
  }

  tags = {
    team = "web"
  }
}

resource "aws_apigatewayv2_integration" "orders" {
  api_id                 = aws_apigatewayv2_api.shop.id
  integration_type       = "HTTP_PROXY"
  integration_method     = "ANY"
  integration_uri        = "${var.backend}/base/orders/{id}"
  payload_format_version = "1.0"
  timeout_milliseconds   = 5000

  request_parameters = {
    "overwrite:header.x-greeting"  = "$${stageVariables.greeting} from $${context.stage}"
    "append:querystring.seen"      = "$request.header.user-agent"
    "remove:header.x-not-for-them" = "''"
  }

  response_parameters {
    status_code = "404"
    mappings = {
      "overwrite:statuscode" = "410"
      "append:header.x-why"  = "gone"
    }
  }
}

resource "aws_apigatewayv2_integration" "rest" {
  api_id                 = aws_apigatewayv2_api.shop.id
  integration_type       = "HTTP_PROXY"
  integration_method     = "ANY"
  integration_uri        = "${var.backend}/base/{proxy}"
  payload_format_version = "1.0"
}

resource "aws_apigatewayv2_route" "orders" {
  api_id    = aws_apigatewayv2_api.shop.id
  route_key = "GET /orders/{id}"
  target    = "integrations/${aws_apigatewayv2_integration.orders.id}"
}

resource "aws_apigatewayv2_route" "rest" {
  api_id    = aws_apigatewayv2_api.shop.id
  route_key = "ANY /{proxy+}"
  target    = "integrations/${aws_apigatewayv2_integration.rest.id}"
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.shop.id
  name        = "$default"
  auto_deploy = true

  stage_variables = {
    greeting = var.greeting
  }

  access_log_settings {
    destination_arn = "arn:aws:logs:us-east-1:000000000000:log-group:shop"
    format          = "$context.httpMethod $context.path $context.status"
  }
}

output "api" {
  value = aws_apigatewayv2_api.shop.id
}

output "url" {
  value = aws_apigatewayv2_api.shop.api_endpoint
}
