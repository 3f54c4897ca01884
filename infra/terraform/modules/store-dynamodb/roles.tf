# What the driver calls, on these tables only: no table can be made, altered or deleted.
data "aws_iam_policy_document" "documents" {
  statement {
    sid       = "Documents"
    actions   = ["dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Scan"]
    resources = [for table in aws_dynamodb_table.collection : table.arn]
  }
  statement {
    sid       = "Sorted"
    actions   = ["dynamodb:Query"]
    resources = [for table in aws_dynamodb_table.collection : "${table.arn}/index/sorted"]
  }
  dynamic "statement" {
    for_each = var.kms_key_arn[*]
    content {
      sid       = "Key"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]
      condition {
        test     = "StringLike"
        variable = "kms:ViaService"
        values   = ["dynamodb.*.amazonaws.com"]
      }
    }
  }
}

data "aws_iam_policy_document" "ses" {
  count = var.ses == null ? 0 : 1
  statement {
    sid       = "Send"
    actions   = ["ses:SendEmail", "ses:SendRawEmail"]
    resources = concat(var.ses.identities, var.ses.configuration_set[*])
  }
}

data "aws_iam_policy_document" "sns" {
  count = var.sns == null ? 0 : 1
  # A text message goes to a number, which is no resource: it is bound by there being no topic.
  statement {
    sid           = "Text"
    actions       = ["sns:Publish"]
    not_resources = ["arn:*:sns:*:*:*"]
  }
  statement {
    sid       = "OptedOut"
    actions   = ["sns:CheckIfPhoneNumberIsOptedOut"]
    resources = ["*"]
  }
}

# Only the service account of that very function can take its role (IRSA):
# https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
data "aws_iam_policy_document" "trust" {
  for_each = var.functions
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [var.oidc_provider.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "${var.oidc_provider.url}:sub"
      values   = ["system:serviceaccount:${var.namespace}:${each.key}"]
    }
    condition {
      test     = "StringEquals"
      variable = "${var.oidc_provider.url}:aud"
      values   = ["sts.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "function" {
  for_each             = var.functions
  name                 = "${var.prefix}-${each.key}"
  description          = "The function ${each.key} of redthread in namespace ${var.namespace}"
  assume_role_policy   = data.aws_iam_policy_document.trust[each.key].json
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags
}

resource "aws_iam_policy" "documents" {
  name        = "${var.prefix}-documents"
  description = "Documents of redthread in the tables ${var.prefix}-*"
  policy      = data.aws_iam_policy_document.documents.json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "documents" {
  for_each   = aws_iam_role.function
  role       = each.value.name
  policy_arn = aws_iam_policy.documents.arn
}

resource "aws_iam_role_policy" "ses" {
  for_each = try(setintersection(var.ses.functions, var.functions), toset([]))
  name     = "ses"
  role     = aws_iam_role.function[each.key].id
  policy   = data.aws_iam_policy_document.ses[0].json
}

resource "aws_iam_role_policy" "sns" {
  for_each = try(setintersection(var.sns.functions, var.functions), toset([]))
  name     = "sns"
  role     = aws_iam_role.function[each.key].id
  policy   = data.aws_iam_policy_document.sns[0].json
}
