data "aws_region" "here" {}

output "store" {
  description = "The input store of modules/suite."
  value       = { url = "dynamodb://${data.aws_region.here.name}/${var.prefix}", secret = null, env = { AWS_REGION = data.aws_region.here.name }, secrets = {} }
  depends_on  = [aws_dynamodb_table.collection, aws_iam_role_policy_attachment.documents]
}

output "service_accounts" {
  description = "The input service_accounts of modules/suite: each function's role."
  value       = { for name, role in aws_iam_role.function : name => { "eks.amazonaws.com/role-arn" = role.arn } }
}

output "tables" {
  description = "ARN of each table, by collection."
  value       = { for collection, table in aws_dynamodb_table.collection : collection => table.arn }
}
