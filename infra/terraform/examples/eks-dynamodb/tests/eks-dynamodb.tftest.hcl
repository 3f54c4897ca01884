mock_provider "kubectl" {}

provider "aws" {
  region                      = "eu-north-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}

override_data {
  target = data.aws_caller_identity.here
  values = { account_id = "123456789012" }
}

override_data {
  target = data.aws_eks_cluster.cluster
  values = {
    endpoint              = "https://cluster.example"
    certificate_authority = [{ data = "" }]
    identity              = [{ oidc = [{ issuer = "https://oidc.example/id/A" }] }]
  }
}

override_data {
  target = data.aws_iam_openid_connect_provider.cluster
  values = { arn = "arn:aws:iam::123456789012:oidc-provider/oidc.example/id/A", url = "oidc.example/id/A" }
}

variables {
  region     = "eu-north-1"
  cluster    = "shop"
  image      = "registry.example/redthread:1"
  public_url = "https://shop.example"
  ses        = { identities = ["arn:aws:ses:eu-north-1:123456789012:identity/shop.example"], configuration_set = "redthread" }
}

run "every_function_has_a_role_and_the_channels_send_by_amazon" {
  command = plan
  assert {
    condition     = toset(keys(module.store.tables)) == toset(["actions", "baskets", "deadletters", "exports", "identities", "journal", "products", "profiles", "receipts", "signatures", "stock", "stores", "threads", "together"])
    error_message = jsonencode(keys(module.store.tables))
  }
  assert {
    condition     = output.store == "dynamodb://eu-north-1/redthread" && toset(output.functions) == local.functions
    error_message = output.store
  }
}
