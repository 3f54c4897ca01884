# A plan of what is not there yet calls nobody.
provider "aws" {
  region                      = "eu-north-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}

variables {
  prefix        = "shop"
  functions     = ["collect", "email", "sms"]
  oidc_provider = { arn = "arn:aws:iam::123456789012:oidc-provider/oidc.example/id/A", url = "oidc.example/id/A" }
}

run "a_table_for_each_collection" {
  command = plan
  assert {
    condition     = length(aws_dynamodb_table.collection) == length(var.collections) && aws_dynamodb_table.collection["profiles"].name == "shop-profiles"
    error_message = jsonencode(keys(aws_dynamodb_table.collection))
  }
  assert {
    condition     = alltrue([for t in aws_dynamodb_table.collection : t.deletion_protection_enabled && t.point_in_time_recovery[0].enabled])
    error_message = "tables are protected and can be restored"
  }
  assert {
    condition     = length(aws_iam_role_policy.ses) == 0 && length(aws_iam_role_policy.sns) == 0
    error_message = "nobody sends unless it is said"
  }
}

run "only_the_channels_may_send" {
  command = plan
  variables {
    ses = { identities = ["arn:aws:ses:eu-north-1:123456789012:identity/shop.example"] }
    sns = {}
  }
  assert {
    condition     = toset(keys(aws_iam_role_policy.ses)) == toset(["email"]) && toset(keys(aws_iam_role_policy.sns)) == toset(["sms"])
    error_message = jsonencode([keys(aws_iam_role_policy.ses), keys(aws_iam_role_policy.sns)])
  }
  assert {
    condition     = jsondecode(data.aws_iam_policy_document.ses[0].json).Statement[0].Resource == "arn:aws:ses:eu-north-1:123456789012:identity/shop.example"
    error_message = data.aws_iam_policy_document.ses[0].json
  }
}

run "a_role_is_one_service_account_s" {
  command = plan
  variables {
    namespace = "red"
  }
  assert {
    condition = jsondecode(aws_iam_role.function["email"].assume_role_policy).Statement[0].Condition.StringEquals == {
      "oidc.example/id/A:sub" = "system:serviceaccount:red:email", "oidc.example/id/A:aud" = "sts.amazonaws.com"
    }
    error_message = aws_iam_role.function["email"].assume_role_policy
  }
}

run "identities_are_arns" {
  command = plan
  variables {
    ses = { identities = ["shop.example"] }
  }
  expect_failures = [var.ses]
}
